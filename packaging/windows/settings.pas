// The settings, the state and the log of the person who uninstalls. Nothing in .aws is touched.

function AskWhetherToDeleteSettings: Boolean;
begin
  Result := not UninstallSilent
    and DirExists(ExpandConstant('{localappdata}\sso-tray'))
    and (MsgBox('Delete the settings and the log of SSO Tray too?' + #13#10#13#10
      + 'Your AWS profiles and sign-ins stay as they are.', mbConfirmation, MB_YESNO or MB_DEFBUTTON2) = IDYES);
end;

procedure DeleteSettings;
begin
  DelTree(ExpandConstant('{localappdata}\sso-tray'), True, True, True);
end;

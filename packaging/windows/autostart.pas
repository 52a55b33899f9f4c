// The entry that starts the program at login is written and removed by the program itself. Here it is only recognized,
// by what it starts: an entry of a program installed by other means is not ours to remove.

const
  RunKey = 'Software\Microsoft\Windows\CurrentVersion\Run';

function NameOfRunEntry: String;
var
  Names: TArrayOfString;
  Command: String;
  Index: Integer;
begin
  Result := '';
  if not RegGetValueNames(HKCU, RunKey, Names) then
    Exit;
  for Index := 0 to GetArrayLength(Names) - 1 do
    if RegQueryStringValue(HKCU, RunKey, Names[Index], Command)
      and (Pos(Lowercase(ExpandConstant('{app}\sso-tray')), Lowercase(Command)) > 0) then
      Result := Names[Index];
end;

function StartsAtLogin: Boolean;
begin
  Result := NameOfRunEntry <> '';
end;

procedure StartNoMoreAtLogin;
var
  ExitCode: Integer;
begin
  if not StartsAtLogin then
    Exit;
  Exec(ExpandConstant('{app}\sso-tray.exe'), 'autostart off', '', SW_HIDE, ewWaitUntilTerminated, ExitCode);
  // Whatever became of that: an entry that starts a program which is gone would be an error at every login.
  if StartsAtLogin then
    RegDeleteValue(HKCU, RunKey, NameOfRunEntry);
end;

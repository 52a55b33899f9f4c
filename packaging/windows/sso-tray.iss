; The installer for Windows, by Inno Setup 6: packaging/windows/build-installer.sh.
;   /DVersion=1.2.3   the program's version
;   /DBundle=FOLDER   the bundle that PyInstaller made (sso-tray.exe and sso-tray-gui.exe side by side)
;   /DHome=ADDRESS    the project's page; without it none is named
;   /DFolder=FOLDER   where to install: for a Wine whose {autopf} is unknown to it
;   /DSignTool=NAME   a sign tool that is given with /SNAME=COMMAND; without it nothing is signed
;
; For one person unless asked otherwise: no administrator is needed. Tasks only add; what a person switched off since
; stays off through an upgrade: a task that is done already is not offered again, and none is chosen by itself then. The
; first time PATH is, for the program's hints name commands.

#ifndef Version
  #error Give the version: /DVersion=1.2.3
#endif
#ifndef Bundle
  #error Give the folder of the bundle: /DBundle=FOLDER
#endif
#ifndef Folder
  #define Folder "{autopf}"
#endif
#define Name "SSO Tray"

[Setup]
AppId={{98025BB8-8B4F-4A17-85D9-A7A703164F1C}
AppName={#Name}
AppVersion={#Version}
AppVerName={#Name} {#Version}
AppPublisher=The SSO Tray authors
#ifdef Home
AppPublisherURL={#Home}
AppSupportURL={#Home}/issues
AppUpdatesURL={#Home}/releases
#endif
VersionInfoVersion={#Version}
DefaultDirName={#Folder}\{#Name}
PrivilegesRequired=lowest
PrivilegesRequiredOverridesAllowed=dialog commandline
ArchitecturesAllowed=x64compatible
ArchitecturesInstallIn64BitMode=x64compatible
MinVersion=10.0
LicenseFile=..\..\LICENSE
SetupIconFile=..\..\assets\sso-tray.ico
UninstallDisplayIcon={app}\sso-tray-gui.exe
UninstallDisplayName={#Name}
DisableProgramGroupPage=yes
WizardStyle=modern
UsePreviousTasks=no
ChangesEnvironment=yes
CloseApplications=force
RestartApplications=no
SetupMutex=SsoTraySetup
Compression=lzma2/max
SolidCompression=yes
OutputBaseFilename=sso-tray-{#Version}-windows-x64-setup
#ifdef SignTool
SignTool={#SignTool}
SignedUninstaller=yes
#endif

[Tasks]
Name: startatlogin; Description: "Start {#Name} when I sign in to Windows"; Flags: unchecked; Check: not StartsAtLogin
Name: addtopath; Description: "Add the command sso-tray to PATH"; Flags: checkedonce; Check: not IsOnPath

[InstallDelete]
; A library that the new version no longer has must not be found beside it.
Type: filesandordirs; Name: "{app}\_internal"

[Files]
Source: "{#Bundle}\*"; DestDir: "{app}"; Flags: ignoreversion recursesubdirs createallsubdirs

[Icons]
Name: "{autoprograms}\{#Name}"; Filename: "{app}\sso-tray-gui.exe"; AppUserModelID: "SsoTray.SsoTray"; Comment: "Tells whether your AWS sign-in still holds"

[Registry]
; The program writes there by which name and picture Windows shows its notices. By whom their addresses are followed is
; written too: address.pas takes that away.
Root: HKCU; Subkey: "Software\Classes\AppUserModelId\SsoTray.SsoTray"; Flags: dontcreatekey uninsdeletekey

[Run]
; The program itself knows how its entry has to look; so this is the same as its menu's "Start at login".
Filename: "{app}\sso-tray.exe"; Parameters: "autostart on"; Tasks: startatlogin; Flags: runhidden runasoriginaluser
Filename: "{app}\sso-tray-gui.exe"; Description: "Start {#Name} now"; Flags: nowait postinstall skipifsilent runasoriginaluser
Filename: "{app}\sso-tray-gui.exe"; Flags: nowait skipifnotsilent runasoriginaluser; Check: WasRunning

[UninstallDelete]
; Python writes byte code where it may.
Type: filesandordirs; Name: "{app}\_internal"

[Code]
#include "running.pas"
#include "path.pas"
#include "autostart.pas"
#include "address.pas"
#include "settings.pas"

var
  TrayRan: Boolean;

function WasRunning: Boolean;
begin
  Result := TrayRan;
end;

function PrepareToInstall(var NeedsRestart: Boolean): String;
begin
  TrayRan := EndTray;
  Result := '';
end;

procedure CurStepChanged(CurStep: TSetupStep);
begin
  if (CurStep = ssPostInstall) and WizardIsTaskSelected('addtopath') then
    AddToPath;
end;

procedure CurUninstallStepChanged(CurUninstallStep: TUninstallStep);
begin
  if CurUninstallStep = usUninstall then
  begin
    EndTray;
    StartNoMoreAtLogin;
    FollowNoMoreAddresses;
    RemoveFromPath;
    if AskWhetherToDeleteSettings then
      DeleteSettings;
  end;
end;

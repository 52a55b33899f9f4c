// Ends the resident program as Windows does at logoff: it is told that the session ends, and closes by itself. What runs
// in a terminal, or works for it, has no window to be told by, and is ended after a while. Only a program of this folder
// is meant; one installed by other means goes on.

const
  ProcessQueryLimitedInformation = $1000;
  ProcessTerminate = $0001;
  QueryEndSession = $0011;
  EndSession = $0016;
  CloseApp = 1;
  AbortIfHung = 2;
  SecondsToClose = 10;
  MostProcesses = 8192;

var
  OnWindowCallback: LongWord;
  FoundWindows: array of HWND;
  FoundProcesses: array of DWORD;

function EnumWindows(Callback: LongWord; Value: LongInt): Boolean;
external 'EnumWindows@user32.dll stdcall';
function GetWindowThreadProcessId(Window: HWND; var Process: DWORD): DWORD;
external 'GetWindowThreadProcessId@user32.dll stdcall';
function SendMessageTimeout(Window: HWND; Message: UINT; WParam, LParam: LongInt; Flags, Milliseconds: UINT; var Answer: DWORD): LongInt;
external 'SendMessageTimeoutW@user32.dll stdcall';
function EnumProcesses(Numbers: String; Size: DWORD; var Used: DWORD): Boolean;
external 'K32EnumProcesses@kernel32.dll stdcall';
function OpenProcess(Access: DWORD; Inherit: Boolean; Process: DWORD): THandle;
external 'OpenProcess@kernel32.dll stdcall';
function QueryFullProcessImageName(Process: THandle; Flags: DWORD; Name: String; var Size: DWORD): Boolean;
external 'QueryFullProcessImageNameW@kernel32.dll stdcall';
function TerminateProcess(Process: THandle; ExitCode: UINT): Boolean;
external 'TerminateProcess@kernel32.dll stdcall';
function CloseHandle(Handle: THandle): Boolean;
external 'CloseHandle@kernel32.dll stdcall';

function ImageOf(Process: DWORD): String;
var
  Handle: THandle;
  Size: DWORD;
begin
  Result := '';
  Handle := OpenProcess(ProcessQueryLimitedInformation, False, Process);
  if Handle = 0 then
    Exit;
  Size := 1024;
  SetLength(Result, Size);
  if QueryFullProcessImageName(Handle, 0, Result, Size) then
    SetLength(Result, Size)
  else
    Result := '';
  CloseHandle(Handle);
end;

function IsOurs(Process: DWORD): Boolean;
var
  Image: String;
begin
  Image := ImageOf(Process);
  Result := (CompareText(Image, ExpandConstant('{app}\sso-tray-gui.exe')) = 0)
    or (CompareText(Image, ExpandConstant('{app}\sso-tray.exe')) = 0);
end;

function OnWindow(Window: HWND; Value: LongInt): Boolean;
var
  Process: DWORD;
begin
  Result := True;
  GetWindowThreadProcessId(Window, Process);
  if not IsOurs(Process) then
    Exit;
  SetArrayLength(FoundWindows, GetArrayLength(FoundWindows) + 1);
  FoundWindows[GetArrayLength(FoundWindows) - 1] := Window;
end;

function FindTray: Boolean;
begin
  SetArrayLength(FoundWindows, 0);
  if OnWindowCallback = 0 then
    OnWindowCallback := CreateCallback(@OnWindow);
  EnumWindows(OnWindowCallback, 0);
  Result := GetArrayLength(FoundWindows) > 0;
end;

// Lists those that run now, with a window or without: a number is two letters of the text that the system fills in.
procedure FindProcesses;
var
  Numbers: String;
  Used, Process: DWORD;
  Index: Integer;
begin
  SetArrayLength(FoundProcesses, 0);
  SetLength(Numbers, MostProcesses * 2);
  Used := 0;
  if not EnumProcesses(Numbers, MostProcesses * 4, Used) then
    Exit;
  for Index := 0 to Integer(Used div 4) - 1 do
  begin
    Process := Ord(Numbers[2 * Index + 1]) + Ord(Numbers[2 * Index + 2]) * 65536;
    if IsOurs(Process) then
    begin
      SetArrayLength(FoundProcesses, GetArrayLength(FoundProcesses) + 1);
      FoundProcesses[GetArrayLength(FoundProcesses) - 1] := Process;
    end;
  end;
end;

function AnyRuns: Boolean;
begin
  FindProcesses;
  Result := GetArrayLength(FoundProcesses) > 0;
end;

procedure Terminate(Process: DWORD);
var
  Handle: THandle;
begin
  Handle := OpenProcess(ProcessTerminate, False, Process);
  if Handle = 0 then
    Exit;
  TerminateProcess(Handle, 1);
  CloseHandle(Handle);
end;

// Tells whether there was one with an icon. What does not close in time is ended: all that the program writes, it writes
// whole.
function EndTray: Boolean;
var
  Index: Integer;
  Answer: DWORD;
begin
  Result := FindTray;
  for Index := 0 to GetArrayLength(FoundWindows) - 1 do
    if (SendMessageTimeout(FoundWindows[Index], QueryEndSession, 0, CloseApp, AbortIfHung, 5000, Answer) <> 0) and (Answer <> 0) then
      SendMessageTimeout(FoundWindows[Index], EndSession, 1, CloseApp, AbortIfHung, 5000, Answer);
  Index := 0;
  while AnyRuns and (Index < SecondsToClose * 10) do
  begin
    Sleep(100);
    Index := Index + 1;
  end;
  for Index := 0 to GetArrayLength(FoundProcesses) - 1 do
    Terminate(FoundProcesses[Index]);
end;

// PATH of the person, or of all when installed for all. Every other entry stays as it is, unexpanded.

function EnvironmentKey: String;
begin
  if IsAdminInstallMode then
    Result := 'SYSTEM\CurrentControlSet\Control\Session Manager\Environment'
  else
    Result := 'Environment';
end;

function ReadPath: String;
begin
  if not RegQueryStringValue(HKA, EnvironmentKey, 'Path', Result) then
    Result := '';
end;

// Where our folder begins in PATH with a ';' put at both its ends; 0 where it is not.
function PlaceOnPath(Path: String): Integer;
begin
  Result := Pos(';' + Lowercase(ExpandConstant('{app}')) + ';', ';' + Lowercase(Path) + ';');
end;

function IsOnPath: Boolean;
begin
  Result := PlaceOnPath(ReadPath) > 0;
end;

procedure AddToPath;
var
  Path: String;
begin
  Path := ReadPath;
  if PlaceOnPath(Path) > 0 then
    Exit;
  if (Path <> '') and (Copy(Path, Length(Path), 1) <> ';') then
    Path := Path + ';';
  RegWriteExpandStringValue(HKA, EnvironmentKey, 'Path', Path + ExpandConstant('{app}'));
end;

procedure RemoveFromPath;
var
  Path: String;
  Place: Integer;
begin
  Path := ReadPath;
  Place := PlaceOnPath(Path);
  if Place = 0 then
    Exit;
  Delete(Path, Place, Length(ExpandConstant('{app}')) + 1);
  if (Place > Length(Path)) and (Place > 1) then
    Delete(Path, Place - 1, 1);
  if Path = '' then
    RegDeleteValue(HKA, EnvironmentKey, 'Path')
  else
    RegWriteExpandStringValue(HKA, EnvironmentKey, 'Path', Path);
end;

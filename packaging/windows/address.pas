// The program that follows the addresses of its notices' buttons writes itself down. What leads to a program installed by
// other means stays.

const
  AddressKey = 'Software\Classes\sso-tray';

procedure FollowNoMoreAddresses;
var
  Command: String;
begin
  if RegQueryStringValue(HKCU, AddressKey + '\shell\open\command', '', Command)
    and (Pos(Lowercase(ExpandConstant('{app}\sso-tray')), Lowercase(Command)) > 0) then
    RegDeleteKeyIncludingSubkeys(HKCU, AddressKey);
end;

-- The hashes by name, as the profile names them.
local use = ...
if type(use) ~= "function" then return end -- Wireshark itself runs every file of the folder

return { ["sha-256"] = use("sha256"), ["ripemd-256"] = use("ripemd256") }

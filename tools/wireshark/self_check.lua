-- The check values of the sources: a Lua whose numbers behave otherwise must not call good alarms forged.
local use = ...
if type(use) ~= "function" then return end -- Wireshark itself runs every file of the folder

local octets, aes, HASHES = use("octets"), use("aes"), use("hashes")
local from_hex = octets.from_hex

local function check(what, got, expected)
  if octets.hex(got) == expected then return end
  error(what .. " miscalculates on this Lua: please report your Wireshark version")
end
check("SHA-256", HASHES["sha-256"]("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
check("RIPEMD-256", HASHES["ripemd-256"]("abc"), "afbd6e228b9d8cbbcef5ca2d03e6dba10ac0bc7dcbe4680e1e42d2e975459b65")
local zero, key = ("\0"):rep(16), ""
for i = 0, 31 do key = key .. string.char(i) end
local plain = "00112233445566778899aabbccddeeff"
local function opened(with, cipher)
  return aes.decrypt_cbc(aes.key_schedule(with), zero, from_hex(cipher))
end
check("AES-128", opened(key:sub(1, 16), "69c4e0d86a7b0430d8cdb78070b4c55a"), plain)
check("AES-256", opened(key, "8ea2b7ca516745bfeafc49904b496089"), plain)

return true

-- Octets, words and bits. Offsets count from 0, as in the profile.
local use = ...
if type(use) ~= "function" then return end -- Wireshark itself runs every file of the folder

local LITTLE = use("tables").values.byteOrder == "little-endian"

-- Bits: Lua 5.2 has bit32, 5.3 and later have operators, 5.1 has BitOp, whose results are signed.

local band, bor, bxor, bnot, lshift, rshift, lrotate
if rawget(_G, "bit32") then
  band, bor, bxor, bnot = bit32.band, bit32.bor, bit32.bxor, bit32.bnot
  lshift, rshift, lrotate = bit32.lshift, bit32.rshift, bit32.lrotate
elseif _VERSION ~= "Lua 5.1" then
  -- In a string, because older Lua cannot compile it. Words in, words out; sums may be longer than a word.
  band, bor, bxor, bnot, lshift, rshift, lrotate = assert(load([[
    local W = 0xffffffff
    return function(a, b) return a & b & W end,
      function(a, b) return (a | b) & W end,
      function(a, b, c, d, e) return (a ~ b ~ (c or 0) ~ (d or 0) ~ (e or 0)) & W end,
      function(a) return ~a & W end,
      function(a, n) return (a << n) & W end,
      function(a, n) return (a & W) >> n end,
      function(a, n) a = a & W return (a << n | a >> (32 - n)) & W end
  ]]))()
else
  local b = rawget(_G, "bit") or require("bit")
  local function word(f)
    return function(...) return f(...) % 0x100000000 end
  end
  band, bor, bxor, bnot = word(b.band), word(b.bor), word(b.bxor), word(b.bnot)
  lshift, rshift, lrotate = word(b.lshift), word(b.rshift), word(b.rol)
end

local function uint(octets, at, size)
  local value = 0
  for i = 1, size do
    local place = LITTLE and at + size - i + 1 or at + i
    value = value * 256 + (octets:byte(place) or 0)
  end
  return value
end

local function hex(octets)
  return (octets:gsub(".", function(c) return ("%02x"):format(c:byte()) end))
end

local function from_hex(text)
  return (text:gsub("%x%x", function(pair) return string.char(tonumber(pair, 16)) end))
end

--- The four octets of each big-endian word.
local function octets_of(words)
  local out = {}
  for i = 1, #words do
    local w = words[i] % 0x100000000
    out[i] = string.char(rshift(w, 24), band(rshift(w, 16), 255), band(rshift(w, 8), 255), band(w, 255))
  end
  return table.concat(out)
end

--- What SHA-256 and RIPEMD-256 read in blocks of 64: message, a one bit, zeros; eight octets of length are to come.
local function padded(message)
  return message .. "\128" .. ("\0"):rep((55 - #message) % 64)
end

--- Text on one line whatever the octets are.
local function printable(octets)
  return (octets:gsub("[^\32-\126]", function(c) return ("\\x%02x"):format(c:byte()) end))
end

--- Whether the octets are UTF-8 without NUL (RFC 3629).
local function is_text(octets)
  local at = 1
  while at <= #octets do
    local a, b = octets:byte(at, at + 1)
    local more
    if a == 0 then return false
    elseif a < 0x80 then more = 0
    elseif a >= 0xc2 and a <= 0xdf then more = 1
    elseif a >= 0xe0 and a <= 0xef then more = 2
    elseif a >= 0xf0 and a <= 0xf4 then more = 3
    else return false end
    if (a == 0xe0 and (b or 0) < 0xa0) or (a == 0xed and (b or 0) > 0x9f) then return false end
    if (a == 0xf0 and (b or 0) < 0x90) or (a == 0xf4 and (b or 0) > 0x8f) then return false end
    for i = 1, more do
      local c = octets:byte(at + i)
      if not c or c < 0x80 or c > 0xbf then return false end
    end
    at = at + 1 + more
  end
  return true
end

return {
  band = band, bor = bor, bxor = bxor, bnot = bnot, lshift = lshift, rshift = rshift, lrotate = lrotate,
  uint = uint, hex = hex, from_hex = from_hex, octets_of = octets_of, padded = padded, printable = printable,
  is_text = is_text,
}

-- RIPEMD-256 (Dobbertin, Bosselaers, Preneel): two lines of RIPEMD-128 that swap one word after each round.
local use = ...
if type(use) ~= "function" then return end -- Wireshark itself runs every file of the folder

local octets = use("octets")
local band, bor, bxor, bnot = octets.band, octets.bor, octets.bxor, octets.bnot
local lshift, rshift, lrotate = octets.lshift, octets.rshift, octets.lrotate
local octets_of, padded = octets.octets_of, octets.padded

local function digits(text)
  local out = {}
  for number in text:gmatch("%d+") do out[#out + 1] = tonumber(number) end
  return out
end

local RIPEMD = {
  { -- left line
    word = digits [[0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15  7 4 13 1 10 6 15 3 12 0 9 5 2 14 11 8
      3 10 14 4 9 15 8 1 2 7 0 6 13 11 5 12  1 9 11 10 0 8 12 4 13 3 7 15 14 5 6 2]],
    turn = digits [[11 14 15 12 5 8 7 9 11 13 14 15 6 7 9 8  7 6 8 13 11 9 7 15 7 12 15 9 11 7 13 12
      11 13 6 7 14 9 13 15 14 8 13 6 5 12 7 5  11 12 14 15 14 15 9 8 9 14 5 6 8 6 5 12]],
    add = { 0, 0x5a827999, 0x6ed9eba1, 0x8f1bbcdc },
  },
  { -- right line
    word = digits [[5 14 7 0 9 2 11 4 13 6 15 8 1 10 3 12  6 11 3 7 0 13 5 10 14 15 8 12 4 9 1 2
      15 5 1 3 7 14 6 9 11 8 12 2 10 0 4 13  8 6 4 1 3 11 15 0 5 12 2 13 9 7 10 14]],
    turn = digits [[8 9 9 11 13 15 15 5 7 7 8 11 14 14 12 6  9 13 15 7 12 8 9 11 7 7 12 7 6 15 13 11
      9 7 15 11 8 6 6 14 12 13 5 14 13 13 7 5  15 5 8 11 14 14 6 14 6 9 12 9 12 5 15 8]],
    add = { 0x50a28be6, 0x5c4dd124, 0x6d703ef3, 0 },
  },
}

local RIPEMD_MIX = {
  function(x, y, z) return bxor(x, y, z) end,
  function(x, y, z) return bor(band(x, y), band(bnot(x), z)) end,
  function(x, y, z) return bxor(bor(x, bnot(y)), z) end,
  function(x, y, z) return bor(band(x, z), band(y, bnot(z))) end,
}

local function ripemd_round(line, round, mix, s, x)
  local a, b, c, d = s[1], s[2], s[3], s[4]
  for i = round * 16 - 15, round * 16 do
    local sum = (a + mix(b, c, d) + x[line.word[i] + 1] + line.add[round]) % 0x100000000
    a, d, c, b = d, c, b, lrotate(sum, line.turn[i])
  end
  s[1], s[2], s[3], s[4] = a, b, c, d
end

local function swapped_octets(w)
  w = w % 0x100000000
  return bor(bor(lshift(band(w, 255), 24), lshift(band(w, 0xff00), 8)), bor(band(rshift(w, 8), 0xff00), rshift(w, 24)))
end

local function ripemd256(message)
  local h = {
    0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0x76543210, 0xfedcba98, 0x89abcdef, 0x01234567,
  }
  local bits = #message * 8
  message = padded(message) ..
    octets_of({ swapped_octets(bits % 0x100000000), swapped_octets(math.floor(bits / 0x100000000)) })
  for at = 1, #message, 64 do
    local x = {}
    for i = 1, 16 do
      local a, b, c, d = message:byte(at + i * 4 - 4, at + i * 4 - 1)
      x[i] = ((d * 256 + c) * 256 + b) * 256 + a
    end
    local left, right = { h[1], h[2], h[3], h[4] }, { h[5], h[6], h[7], h[8] }
    for round = 1, 4 do
      ripemd_round(RIPEMD[1], round, RIPEMD_MIX[round], left, x)
      ripemd_round(RIPEMD[2], round, RIPEMD_MIX[5 - round], right, x)
      left[round], right[round] = right[round], left[round]
    end
    for i = 1, 4 do
      h[i], h[i + 4] = (h[i] + left[i]) % 0x100000000, (h[i + 4] + right[i]) % 0x100000000
    end
  end
  for i = 1, 8 do h[i] = swapped_octets(h[i]) end
  return octets_of(h)
end

local HASHES = { ["sha-256"] = sha256, ["ripemd-256"] = ripemd256 }

return ripemd256

-- AES decryption in CBC mode (FIPS 197, NIST SP 800-38A), by the equivalent inverse cipher with tables.
local use = ...
if type(use) ~= "function" then return end -- Wireshark itself runs every file of the folder

local octets = use("octets")
local band, bor, bxor = octets.band, octets.bor, octets.bxor
local lshift, rshift, lrotate = octets.lshift, octets.rshift, octets.lrotate
local octets_of = octets.octets_of

local KEY_OCTETS = { ["aes-128"] = 16, ["aes-256"] = 32 }
local SBOX, UNBOX, UNMIX = {}, {}, { {}, {}, {}, {} }
do
  local function double(a)
    a = a * 2
    return a > 255 and bxor(a, 0x11b) or a
  end
  local power, log = {}, {}
  local x = 1
  for i = 0, 254 do
    power[i], log[x] = x, i
    x = bxor(x, double(x)) -- times 3, a generator of the field
  end
  local function times(a, b)
    return (a == 0 or b == 0) and 0 or power[(log[a] + log[b]) % 255]
  end
  for a = 0, 255 do
    local inverse = a == 0 and 0 or power[(255 - log[a]) % 255]
    local s = 0x63
    for turn = 0, 4 do s = bxor(s, bor(band(lshift(inverse, turn), 255), rshift(inverse, 8 - turn))) end
    SBOX[a], UNBOX[s] = s, a
  end
  for a = 0, 255 do
    local s = UNBOX[a]
    local w = ((times(s, 14) * 256 + times(s, 9)) * 256 + times(s, 13)) * 256 + times(s, 11)
    for t = 1, 4 do UNMIX[t][a] = lrotate(w, (40 - t * 8) % 32) end
  end
end

local function sub_word(w)
  return ((SBOX[rshift(w, 24)] * 256 + SBOX[band(rshift(w, 16), 255)]) * 256 + SBOX[band(rshift(w, 8), 255)]) * 256 +
    SBOX[band(w, 255)]
end

--- The round keys for decryption: a list of words, in the order in which they are used.
local function key_schedule(key)
  local size = #key / 4
  local rounds = size + 6
  local w = {}
  for i = 0, size - 1 do
    local a, b, c, d = key:byte(i * 4 + 1, i * 4 + 4)
    w[i] = ((a * 256 + b) * 256 + c) * 256 + d
  end
  local rcon = 1
  for i = size, rounds * 4 + 3 do
    local t = w[i - 1]
    if i % size == 0 then
      t = bxor(sub_word(lrotate(t, 8)), rcon * 0x1000000)
      rcon = rcon * 2
      if rcon > 255 then rcon = bxor(rcon, 0x11b) end
    elseif size > 6 and i % size == 4 then
      t = sub_word(t)
    end
    w[i] = bxor(w[i - size], t)
  end
  local out = {}
  for round = rounds, 0, -1 do
    for i = round * 4, round * 4 + 3 do
      local k = w[i]
      if round > 0 and round < rounds then
        k = bxor(
          UNMIX[1][SBOX[rshift(k, 24)]], UNMIX[2][SBOX[band(rshift(k, 16), 255)]],
          UNMIX[3][SBOX[band(rshift(k, 8), 255)]], UNMIX[4][SBOX[band(k, 255)]])
      end
      out[#out + 1] = k
    end
  end
  return out
end

--- Decrypts whole blocks; octets beyond the last whole block are left away.
local function decrypt_cbc(k, iv, octets)
  local T1, T2, T3, T4 = UNMIX[1], UNMIX[2], UNMIX[3], UNMIX[4]
  local out = {}
  local function word(text, at)
    local a, b, c, d = text:byte(at, at + 3)
    return ((a * 256 + b) * 256 + c) * 256 + d
  end
  local p1, p2, p3, p4 = word(iv, 1), word(iv, 5), word(iv, 9), word(iv, 13)
  local last = #k - 3
  local function final(a, b, c, d, key)
    local w = ((UNBOX[rshift(a, 24)] * 256 + UNBOX[band(rshift(b, 16), 255)]) * 256 +
      UNBOX[band(rshift(c, 8), 255)]) * 256 + UNBOX[band(d, 255)]
    return bxor(w, key)
  end
  for at = 1, #octets - 15, 16 do
    local c1, c2, c3, c4 = word(octets, at), word(octets, at + 4), word(octets, at + 8), word(octets, at + 12)
    local a, b, c, d = bxor(c1, k[1]), bxor(c2, k[2]), bxor(c3, k[3]), bxor(c4, k[4])
    for i = 5, last - 1, 4 do
      a, b, c, d =
        bxor(T1[rshift(a, 24)], T2[band(rshift(d, 16), 255)], T3[band(rshift(c, 8), 255)], T4[band(b, 255)], k[i]),
        bxor(T1[rshift(b, 24)], T2[band(rshift(a, 16), 255)], T3[band(rshift(d, 8), 255)], T4[band(c, 255)], k[i + 1]),
        bxor(T1[rshift(c, 24)], T2[band(rshift(b, 16), 255)], T3[band(rshift(a, 8), 255)], T4[band(d, 255)], k[i + 2]),
        bxor(T1[rshift(d, 24)], T2[band(rshift(c, 16), 255)], T3[band(rshift(b, 8), 255)], T4[band(a, 255)], k[i + 3])
    end
    out[#out + 1] = octets_of({
      bxor(final(a, d, c, b, k[last]), p1), bxor(final(b, a, d, c, k[last + 1]), p2),
      bxor(final(c, b, a, d, k[last + 2]), p3), bxor(final(d, c, b, a, k[last + 3]), p4),
    })
    p1, p2, p3, p4 = c1, c2, c3, c4
  end
  return table.concat(out)
end

return { key_schedule = key_schedule, decrypt_cbc = decrypt_cbc, KEY_OCTETS = KEY_OCTETS }

-- SHA-256 (FIPS 180-4)
local use = ...
if type(use) ~= "function" then return end -- Wireshark itself runs every file of the folder

local octets = use("octets")
local band, bor, bxor = octets.band, octets.bor, octets.bxor
local rshift, lrotate = octets.rshift, octets.lrotate
local octets_of, padded = octets.octets_of, octets.padded

local SHA_K = {}
do
  -- The first 32 bits of the fractional parts of the cube roots of the first 64 primes, written out: a root taken in
  -- floating point would be good enough, but nobody should have to prove it.
  local words = [[
    428a2f98 71374491 b5c0fbcf e9b5dba5 3956c25b 59f111f1 923f82a4 ab1c5ed5
    d807aa98 12835b01 243185be 550c7dc3 72be5d74 80deb1fe 9bdc06a7 c19bf174
    e49b69c1 efbe4786 0fc19dc6 240ca1cc 2de92c6f 4a7484aa 5cb0a9dc 76f988da
    983e5152 a831c66d b00327c8 bf597fc7 c6e00bf3 d5a79147 06ca6351 14292967
    27b70a85 2e1b2138 4d2c6dfc 53380d13 650a7354 766a0abb 81c2c92e 92722c85
    a2bfe8a1 a81a664b c24b8b70 c76c51a3 d192e819 d6990624 f40e3585 106aa070
    19a4c116 1e376c08 2748774c 34b0bcb5 391c0cb3 4ed8aa4a 5b9cca4f 682e6ff3
    748f82ee 78a5636f 84c87814 8cc70208 90befffa a4506ceb bef9a3f7 c67178f2]]
  for word in words:gmatch("%x+") do SHA_K[#SHA_K + 1] = tonumber(word, 16) end
end

local function sha256(message)
  local h = {
    0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
  }
  local bits = #message * 8
  message = padded(message) .. octets_of({ math.floor(bits / 0x100000000), bits % 0x100000000 })
  local w = {}
  for at = 1, #message, 64 do
    for i = 1, 16 do
      local a, b, c, d = message:byte(at + i * 4 - 4, at + i * 4 - 1)
      w[i] = ((a * 256 + b) * 256 + c) * 256 + d
    end
    for i = 17, 64 do
      local x, y = w[i - 15], w[i - 2]
      local s0 = bxor(lrotate(x, 25), lrotate(x, 14), rshift(x, 3))
      local s1 = bxor(lrotate(y, 15), lrotate(y, 13), rshift(y, 10))
      w[i] = (w[i - 16] + s0 + w[i - 7] + s1) % 0x100000000
    end
    local a, b, c, d, e, f, g, k = h[1], h[2], h[3], h[4], h[5], h[6], h[7], h[8]
    for i = 1, 64 do
      local s1 = bxor(lrotate(e, 26), lrotate(e, 21), lrotate(e, 7))
      local choice = bxor(g, band(e, bxor(f, g)))
      local t1 = k + s1 + choice + SHA_K[i] + w[i]
      local s0 = bxor(lrotate(a, 30), lrotate(a, 19), lrotate(a, 10))
      local majority = bor(band(a, b), band(c, bor(a, b)))
      k, g, f, e = g, f, e, (d + t1) % 0x100000000
      d, c, b, a = c, b, a, (t1 + s0 + majority) % 0x100000000
    end
    h[1], h[2], h[3], h[4] = h[1] + a, h[2] + b, h[3] + c, h[4] + d
    h[5], h[6], h[7], h[8] = h[5] + e, h[6] + f, h[7] + g, h[8] + k
    for i = 1, 8 do h[i] = h[i] % 0x100000000 end
  end
  return octets_of(h)
end

return sha256

-- Opening a datagram: which key and which hash fit it.
local use = ...
if type(use) ~= "function" then return end -- Wireshark itself runs every file of the folder

local PROFILE = use("tables")
local octets, aes, HASHES, known = use("octets"), use("aes"), use("hashes"), use("known")
local VALUES = PROFILE.values
local HASH_OCTETS = 32
local IV = octets.from_hex(VALUES.iv)
local uint = octets.uint

local function read_header(plain)
  local header = {}
  for name, place in pairs(PROFILE.header) do
    if name == "deviceId" then
      header[name] = plain:sub(place[1] + 1, place[1] + place[2])
    else
      header[name] = uint(plain, place[1], place[2])
    end
  end
  header.octets = header.length - (VALUES.lengthCountsHeader and PROFILE.headerOctets or 0)
  return header
end

--- Whether clear octets look like a message, hash aside. For octets at random: less than one in a million.
local function plausible(plain, total)
  if #plain < PROFILE.headerOctets then return false end
  local header = read_header(plain)
  return (header.version or VALUES.protocolVersion) == VALUES.protocolVersion
    and PROFILE.messages[header.messageId] ~= nil
    and header.octets >= 0 and PROFILE.headerOctets + header.octets + HASH_OCTETS <= total
end

--- Name of the hash that fits, the expected one tried first; nil when none does.
local function fitting_hash(plain, expected)
  local covered, hash = plain:sub(1, -HASH_OCTETS - 1), plain:sub(-HASH_OCTETS)
  if HASHES[expected] and HASHES[expected](covered) == hash then return expected end
  for name, digest in pairs(HASHES) do
    if name ~= expected and digest(covered) == hash then return name end
  end
  return nil
end

local function deciphered(entry, datagram)
  entry.schedule = entry.schedule or aes.key_schedule(entry.key)
  return datagram:sub(1, VALUES.clearOctets) ..
    aes.decrypt_cbc(entry.schedule, IV, datagram:sub(VALUES.clearOctets + 1))
end

--- Finds out how a datagram is sealed. Returns clear octets, key entry (nil: clear), hash (nil: none fits); nothing
--- when it cannot be read. `total` is its length on the wire, of which `datagram` may be the beginning.
local function open(state, datagram, total)
  local whole = #datagram == total
  local version = PROFILE.header.version
  local clear_version = not version or uint(datagram, version[1], version[2]) == VALUES.protocolVersion
  local clear_likely = clear_version or not known.has_keys(state)
  if whole and clear_likely then
    local hash = fitting_hash(datagram, state.hash)
    if hash then return datagram, nil, hash end
  end
  local opened, opened_by
  if (total - VALUES.clearOctets) % 16 == 0 then
    for _, list in ipairs({ state.learned, state.configured }) do
      for _, entry in ipairs(list) do
        local plain = deciphered(entry, datagram)
        local hash = whole and fitting_hash(plain, state.hash)
        if hash then return plain, entry, hash end
        if not opened and plausible(plain, total) then opened, opened_by = plain, entry end
      end
    end
  end
  if plausible(datagram, total) then return datagram end
  if opened then return opened, opened_by end
  if whole and not clear_likely then
    local hash = fitting_hash(datagram, state.hash)
    if hash then return datagram, nil, hash end
  end
end

--- Clear octets as they may be shown: a key that travels encrypted is not for the screen.
local function without_key(plain, header)
  local name = PROFILE.messages[header.messageId]
  local skip = name == "ENCRYPT_KEY_REQ" and 1 or name == "ENCRYPT_KEY_RESP" and 2
  if not skip then return plain, false end
  local from = PROFILE.headerOctets + skip
  local to = math.min(PROFILE.headerOctets + header.octets, #plain)
  if to <= from then return plain, false end
  local zeros = ("\0"):rep(to - from)
  local present = plain:sub(from + 1, math.min(to, from + VALUES.keyOctets)):find("[^%z]") ~= nil
  return plain:sub(1, from) .. zeros .. plain:sub(to + 1), present
end

return {
  HASH_OCTETS = HASH_OCTETS, read_header = read_header, plausible = plausible, fitting_hash = fitting_hash,
  open = open, without_key = without_key,
}

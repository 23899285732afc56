-- Keys as the user gives them: a key file and the preference "master keys", one key a line.
--
--   HANDLE KEY [aes-128|aes-256] [sha-256|ripemd-256] [name of the site]      a master key
--   secret DEVICE-ID KEY [aes-128|aes-256] [sha-256|ripemd-256] [name]        a shared secret of commissioning
--   # remark
local use = ...
if type(use) ~= "function" then return end -- Wireshark itself runs every file of the folder

local PROFILE = use("tables")
local octets, KEY_OCTETS, HASHES = use("octets"), use("aes").KEY_OCTETS, use("hashes")
local VALUES = PROFILE.values

--- Reads one line of the key file into `keys`. Returns what is wrong with it; never any part of a key.
local function read_key_line(line, keys)
  local words = {}
  for word in line:gsub("#.*", ""):gmatch("%S+") do words[#words + 1] = word end
  if #words == 0 then return nil end
  local secret = words[1]:lower() == "secret"
  if secret then table.remove(words, 1) end
  local id, key = words[1] or "", words[2] or ""
  local id_octets = secret and PROFILE.header.deviceId[2] or PROFILE.header.handle[2]
  if #id ~= id_octets * 2 or id:find("%X") then
    return ("the %s needs %d hex digits"):format(secret and "device ID" or "connection handle", id_octets * 2)
  end
  if (#key ~= 32 and #key ~= 64) or key:find("%X") then
    return "the key needs 64 hex digits, or 32 for AES-128"
  end
  local method = #key == 64 and "aes-256" or "aes-128"
  local entry = { key = octets.from_hex(key), method = method, hash = VALUES.initialHash }
  local rest = 3
  if words[rest] and KEY_OCTETS[words[rest]:lower()] then
    entry.method = words[rest]:lower()
    rest = rest + 1
  end
  if words[rest] and HASHES[words[rest]:lower()] then
    entry.hash = words[rest]:lower()
    rest = rest + 1
  end
  if #entry.key < KEY_OCTETS[entry.method] then return "the key is too short for aes-256: it needs 64 hex digits" end
  entry.key = entry.key:sub(1, KEY_OCTETS[entry.method])
  entry.site = table.concat(words, " ", rest)
  entry.source = secret and "shared secret" or "master key"
  if secret then
    keys.secrets[octets.from_hex(id)] = entry
  else
    local handle = tonumber(id, 16)
    keys.masters[handle] = keys.masters[handle] or {}
    table.insert(keys.masters[handle], entry)
  end
  return nil
end

--- The text of a file, each line with its end; nil and the reason when it cannot be read.
local function contents(path)
  local file, why = io.open(path, "r")
  if not file then return nil, why end
  local text
  text, why = file:read("*a")
  file:close()
  if not text then return nil, why end
  return text:gsub("^\239\187\191", "") .. "\n" -- without the mark that Windows editors put first
end

--- Reads all keys. Returns master keys by handle, secrets by device ID, and what is wrong with the lines.
local function read_keys(path, lines)
  local keys = { masters = {}, secrets = {}, problems = {} }
  local function read(where, number, line)
    local problem = read_key_line(line, keys)
    if problem then table.insert(keys.problems, ("%s %d: %s"):format(where, number, problem)) end
  end
  local number = 0
  for line in lines:gmatch("[^;]+") do
    number = number + 1
    read("Preference master keys, entry", number, line)
  end
  if path ~= "" then
    local text, why = contents(path)
    if not text then table.insert(keys.problems, "The key file cannot be opened: " .. tostring(why)) end
    number = 0
    for line in (text or ""):gmatch("[^\n]*\n") do
      number = number + 1
      read("Key file, line", number, line)
    end
  end
  return keys
end

return read_keys

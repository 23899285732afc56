-- Names: a number that the profile does not know keeps its number, as everywhere in Tocsin (RESP_0x7b).
local use = ...
if type(use) ~= "function" then return end -- Wireshark itself runs every file of the folder

local PROFILE = use("tables")
local band = use("octets").band

local function name_of(names, id, prefix)
  return names[id] or (prefix .. "%02x"):format(id)
end
local function result_name(id) return name_of(PROFILE.results, id, "RESP_0x") end
local function encryption_name(id) return name_of(PROFILE.encryptions, id, "encryption-0x") end
local function hash_name(id) return name_of(PROFILE.hashes, id, "hash-0x") end
local function protocol_name(id) return name_of(PROFILE.protocols, id, "protocol-0x") end
local function mode_name(id) return name_of(PROFILE.pollModes, id, "mode-0x") end
local function message_name(id) return name_of(PROFILE.messages, id, "message 0x") end

local function flag_set(flags, mask) return band(flags, mask) ~= 0 end
--- Whether the data of a response begins with RESP_ACKNOWLEDGE.
local function acknowledged(data) return PROFILE.results[data:byte(1) or -1] == "RESP_ACKNOWLEDGE" end

return {
  result = result_name, encryption = encryption_name, hash = hash_name, protocol = protocol_name, mode = mode_name,
  message = message_name, flag_set = flag_set, acknowledged = acknowledged,
}

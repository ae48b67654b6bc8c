package io.millrace.ota.tuf;

import io.millrace.ota.json.BadJsonException;
import io.millrace.ota.json.JsonObject;
import io.millrace.ota.tuf.UntrustedException.Reason;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * Whose keys count for what.
 *
 * @param version counted from 1
 * @param consistentSnapshot whether files have their version or digest before their name
 * @param keys by id; keys of other kinds than Ed25519 are left out and can sign nothing here
 * @param roles who may sign for each role
 */
record RootMetadata(
    long version, boolean consistentSnapshot, Map<String, TufKey> keys, Map<Role, RoleKeys> roles) {
  RootMetadata {
    keys = Map.copyOf(keys);
    roles = Map.copyOf(roles);
  }

  RoleKeys roleKeys(Role role) {
    return roles.get(role);
  }

  static RootMetadata of(Envelope envelope) throws UntrustedException {
    try {
      JsonObject signed = envelope.signed();
      Map<String, TufKey> keys = new LinkedHashMap<>();
      for (Map.Entry<String, JsonObject> each : signed.object("keys").members().entrySet()) {
        JsonObject key = each.getValue();
        if (key.text("keytype").equals("ed25519") && key.text("scheme").equals("ed25519")) {
          String publicHex = key.object("keyval").hex("public", TufKey.PUBLIC_BYTES);
          keys.put(each.getKey(), new TufKey(each.getKey(), publicHex));
        }
      }
      JsonObject roles = signed.object("roles");
      Map<Role, RoleKeys> roleKeys = new EnumMap<>(Role.class);
      for (Role role : Role.values()) {
        JsonObject one = roles.object(role.word());
        Set<String> ids = new HashSet<>(one.texts("keyids"));
        int threshold = (int) one.integer("threshold", 1, Integer.MAX_VALUE);
        roleKeys.put(role, new RoleKeys(ids, threshold));
      }
      boolean consistent = signed.has("consistent_snapshot") && signed.bool("consistent_snapshot");
      return new RootMetadata(envelope.version(), consistent, keys, roleKeys);
    } catch (BadJsonException e) {
      throw new UntrustedException(Reason.FORMAT, e.getMessage(), e);
    }
  }

  /** Whether a role has the same keys and threshold in another version. */
  boolean sameKeys(Role role, RootMetadata other) {
    return publicKeys(role).equals(other.publicKeys(role))
        && roleKeys(role).threshold() == other.roleKeys(role).threshold();
  }

  private Set<String> publicKeys(Role role) {
    Set<String> all = new HashSet<>();
    for (String id : roleKeys(role).keyIds()) {
      all.add(keys.containsKey(id) ? keys.get(id).publicHex() : id);
    }
    return all;
  }
}

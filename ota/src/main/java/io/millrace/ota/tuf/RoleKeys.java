package io.millrace.ota.tuf;

import java.util.Set;

/**
 * Who may sign for a role.
 *
 * @param keyIds of the keys that may
 * @param threshold how many different ones of them must
 */
record RoleKeys(Set<String> keyIds, int threshold) {
  RoleKeys {
    keyIds = Set.copyOf(keyIds);
  }
}

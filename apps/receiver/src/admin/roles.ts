import { adminRoles, type AdminRole } from '@cohort-relay/core'

/** Each role may do what those before it may. */
export const allows = (role: AdminRole, needed: AdminRole): boolean =>
  adminRoles.indexOf(role) >= adminRoles.indexOf(needed)

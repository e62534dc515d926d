package user

import "octavo/internal/authz"

// OwnsServer says whether the person looks after the installation; see authz.Actor.OwnsServer.
func (who Identity) OwnsServer() bool {
	return authz.Actor{Account: who.Home, Roles: who.Roles, Via: who.Via}.OwnsServer()
}

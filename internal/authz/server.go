package authz

import "octavo/internal/id"

// firstAgency is the account that was made first: the agency of whoever runs the server.
var firstAgency = id.NewAccount(1, 1)

// OwnsServer says whether the actor looks after the installation as a whole: an administrator of
// the first agency that was made, at home and signed in by a person. Keys and visits do not count.
func (a Actor) OwnsServer() bool {
	return a.Account == firstAgency && !a.Delegated && a.Via == ViaSession && a.IsAdmin()
}

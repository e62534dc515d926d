package rest

// SameOrigin is sameOrigin for tests.
var SameOrigin = sameOrigin

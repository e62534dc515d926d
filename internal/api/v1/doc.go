// Package v1 is the product's own API below /api/v1: JSON over net/http, described
// by OpenAPI 3.1 at /api/v1/openapi.json.
//
// A request passes: request id, log, recovery (chain.go) → security headers and the
// check of its origin (chain.go) → who sends it, in which account, with which
// permission (access.go) → a repeated call (idempotency.go) → strict JSON (huma) →
// the handler. Errors become problem documents in problem.go, and nowhere else.
//
// To add a resource:
//
//  1. Put its service into Deps (server.go).
//  2. Write <resource>.go: the JSON types, `var <resource>Routes = []entry{route(Route{…}, (*Server).listThings), …}`
//     and one method per route: func(*Server) (context.Context, *Call, *Input) (*Output, error).
//     It converts, calls one service method with call.Actor, converts back.
//  3. Name the list in routes (routes.go).
//
// What an input embeds: ListInput for a list (with Server.page and listing), IfMatch
// for a write over a version, Stream for a body that is read as it comes. What an
// output is: Answer[T], Tagged[T] (with an ETag), Listing[T], or Empty.
package v1

//go:generate sh -c "go run ../../tools/openapi >../../../docs/openapi.gen.json"

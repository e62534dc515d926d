package v1

import (
	"context"
	"net/http"
	"time"

	"octavo/internal/account"
	"octavo/internal/authz"
	"octavo/internal/id"
	"octavo/internal/user"
)

// Making a key is no route that can be repeated by a key of idempotency: the answer, which has the secret, is kept nowhere.
var keyRoutes = []entry{
	route(Route{ID: "list-keys", Method: http.MethodGet, Path: "/{account}/profile/keys", Tag: "me",
		Permission: authz.AccountAPIKey, Summary: "Lists the own API keys, with the calls that the account has left today."}, (*Server).listKeys),
	route(Route{ID: "create-key", Method: http.MethodPost, Path: "/{account}/profile/keys", Tag: "me", Status: http.StatusCreated,
		Permission: authz.AccountAPIKey, Summary: "Makes an API key. It is told once."}, (*Server).createKey),
	route(Route{ID: "rename-key", Method: http.MethodPatch, Path: "/{account}/profile/keys/{key}", Tag: "me", Status: http.StatusNoContent,
		Permission: authz.AccountAPIKey, Summary: "Gives an own API key another name."}, (*Server).renameKey),
	route(Route{ID: "revoke-key", Method: http.MethodDelete, Path: "/{account}/profile/keys/{key}", Tag: "me",
		Permission: authz.AccountAPIKey, Summary: "Revokes an own API key at once."}, (*Server).revokeKey),
}

// Key is an API key without its secret.
type Key struct {
	ID        id.Key     `json:"id"`
	Label     string     `json:"label" doc:"What it is for."`
	CreatedAt time.Time  `json:"created_at"`
	UsedAt    *time.Time `json:"used_at" doc:"To the minute; null = never."`
}

func key(k user.Key) Key {
	return Key{ID: k.ID, Label: k.Label, CreatedAt: k.CreatedAt, UsedAt: moment(k.UsedAt)}
}

// Keys are the API keys of a person, and what bounds their use.
type Keys struct {
	Items    []Key     `json:"items" doc:"The newest first."`
	On       bool      `json:"on" doc:"The agency has the API switched on for this account; else keys rest."`
	Used     int64     `json:"calls_used" doc:"With keys of all people of the account, today; a few seconds old."`
	Limit    int64     `json:"calls_limit" doc:"Of a day; -1 = none."`
	ResetsAt time.Time `json:"resets_at"`
	Burst    int       `json:"calls_per_second" doc:"Of one key."`
}

func (s *Server) listKeys(ctx context.Context, c *Call, _ *struct{}) (*Answer[Keys], error) {
	list, err := s.Users.Keys(ctx, c.Actor)
	if err != nil {
		return nil, err
	}
	day, err := s.Accounts.CallsToday(ctx, c.Account)
	if err != nil {
		return nil, err
	}
	out := Keys{Items: make([]Key, len(list)), On: c.Account.Feature(account.API), Used: day.Used, Limit: day.Limit, ResetsAt: day.EndsAt, Burst: s.Calls.Burst()}
	for i, k := range list {
		out.Items[i] = key(k)
	}
	return answer(out), nil
}

// NewKey is an API key with its secret, which is told nowhere else.
type NewKey struct {
	Key
	Secret string `json:"secret"`
}

type createKeyInput struct {
	Body struct {
		Label string `json:"label" maxLength:"500"`
	}
}

func (s *Server) createKey(ctx context.Context, c *Call, in *createKeyInput) (*Answer[NewKey], error) {
	k, secret, err := s.Users.CreateKey(ctx, c.Actor, in.Body.Label)
	if err != nil {
		return nil, err
	}
	return answer(NewKey{Key: key(*k), Secret: secret}), nil
}

// KeyPath names an API key.
type KeyPath struct {
	Key id.Key `path:"key" maxLength:"64"`
}

type renameKeyInput struct {
	KeyPath
	createKeyInput
}

func (s *Server) renameKey(ctx context.Context, c *Call, in *renameKeyInput) (*Empty, error) {
	return &Empty{}, s.Users.RenameKey(ctx, c.Actor, in.Key, in.Body.Label)
}

type keyInput struct{ KeyPath }

func (s *Server) revokeKey(ctx context.Context, c *Call, in *keyInput) (*Empty, error) {
	return &Empty{}, s.Users.RevokeKey(ctx, c.Actor, in.Key)
}

package dashboard

import (
	"context"
	"encoding/json"

	"octavo/internal/authz"
	"octavo/internal/db"
	"octavo/internal/errs"
)

// maxPlace is the size of a remembered place in bytes.
const maxPlace = 8 << 10

// Place gives what SetPlace was told last of a dashboard by the actor; empty before. Code not_found.
func (s *Service) Place(ctx context.Context, who authz.Actor, public string) (map[string]any, error) {
	place := map[string]any{}
	err := s.db.Read(ctx, db.Account(who.Account), func(tx *db.Tx) error {
		a, err := s.viewable(ctx, tx, who, public)
		if err != nil {
			return err
		}
		text, err := placeOf(ctx, tx, who.User, a.Key.No)
		if err != nil || text == "" {
			return err
		}
		return json.Unmarshal([]byte(text), &place)
	})
	return place, err
}

// SetPlace remembers where the actor is on a dashboard: how far down, and later values of
// controls. What is in it is the affair of the page. Codes not_found, place_too_large.
func (s *Service) SetPlace(ctx context.Context, who authz.Actor, public string, place map[string]any) error {
	text, err := json.Marshal(place)
	if err != nil {
		return err
	}
	if len(text) > maxPlace {
		return errs.Newf(errs.Invalid, "place_too_large", "What is remembered of a page has at most %d bytes.", maxPlace)
	}
	return s.mark(ctx, who, "", public, func(tx *db.Tx, no int64) error { return setPlace(ctx, tx, who.User, no, string(text)) })
}

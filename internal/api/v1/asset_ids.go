package v1

import (
	"strconv"
	"time"

	"octavo/internal/asset"
	"octavo/internal/authz"
	"octavo/internal/clock"
	"octavo/internal/page"
)

// resolve gives the number of an asset in the account of the path. Code not_found.
func (s *Server) resolve(c *Call, public string) (int64, error) {
	a, ok := s.Keys.IDs.Parse(public)
	if !ok || a.Account != c.Actor.Account {
		return 0, authz.NotFound()
	}
	return a.No, nil
}

// millis writes stored milliseconds as JSON does.
func millis(ms int64) time.Time { return clock.FromMillis(ms) }

// assetMark reads the place that a list of assets is continued from.
func assetMark(req page.Request) (after string, no int64) {
	from := req.From()
	no, _ = strconv.ParseInt(from.ID, 10, 64) // a sealed cursor holds what markOfAsset wrote
	return from.Key, no
}

// markOfAsset is the place of an asset in a list.
func markOfAsset(a asset.Asset) page.Mark {
	return page.Mark{Key: asset.Fold(a.Name), ID: strconv.FormatInt(a.Key.No, 10)}
}

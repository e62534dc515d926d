package asset

import (
	"context"

	"octavo/internal/authz"
	"octavo/internal/db"
)

// TablesOfAssets are the tables that purge empties.
var TablesOfAssets = append([]string{"assets"}, ofAsset...)

// PurgeAsRead removes an asset for good as it was read at some moment before.
func PurgeAsRead(ctx context.Context, l *Library, tx *db.Tx, who authz.Actor, a *Asset) (bool, error) {
	return l.purge(ctx, tx, who, a)
}

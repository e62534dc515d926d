package datasource

import (
	"cmp"
	"maps"
	"slices"

	"octavo/internal/asset"
)

// numbers gives the members of a set, ascending.
func numbers(set map[int64]bool) []int64 { return slices.Sorted(maps.Keys(set)) }

// byTitle gives the numbers of assets in order of title.
func byTitle(assets map[int64]*asset.Asset) []int64 {
	return slices.SortedFunc(maps.Keys(assets), func(a, b int64) int {
		return cmp.Or(cmp.Compare(asset.Fold(assets[a].Title()), asset.Fold(assets[b].Title())), cmp.Compare(a, b))
	})
}

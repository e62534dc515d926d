package datasource

import (
	"context"
	"slices"

	"octavo/internal/authz"
	"octavo/internal/errs"
)

// What happens when an answer has more rows than are taken.
const (
	LimitFail     = "fail"     // the refresh fails, and the data of before stay
	LimitTruncate = "truncate" // the first rows are taken, and it is said wherever they are used
)

// truncates says whether a run leaves out rows beyond the limit. Not where rows that it lacks would be missing for ever.
func (w *work) truncates() bool {
	return w.settings.OnLimit == LimitTruncate && w.settings.History == nil && !w.whole()
}

func historyNeedsAll() error {
	return errs.New(errs.Conflict, "history_needs_all", "Rows that are left out would be missing for ever where rows are kept from refresh to refresh. Choose one of the two.")
}

// SetOnLimit says what happens when a refresh brings more rows than are taken. Codes not_found, permission_denied,
// version_conflict, not_web, bad_limit_policy, history_needs_all.
func (s *Service) SetOnLimit(ctx context.Context, who authz.Actor, public string, expected int64, policy string) (*Source, error) {
	return s.set(ctx, who, public, expected, didSetLimit, func(now *Settings) error {
		if !slices.Contains([]string{LimitFail, LimitTruncate}, policy) {
			return errs.New(errs.Invalid, "bad_limit_policy", "A refresh with too many rows fails, or its first rows are taken.").WithField("on_limit")
		}
		if policy == LimitTruncate && now.History != nil {
			return historyNeedsAll()
		}
		now.OnLimit = policy
		if policy == LimitFail {
			now.OnLimit = ""
		}
		return nil
	}, nil)
}

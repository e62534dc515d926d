package account

import (
	"context"
	"maps"

	"octavo/internal/audit"
	"octavo/internal/authz"
	"octavo/internal/db"
	"octavo/internal/errs"
)

// Feature is something that an agency may switch off for a client (accounts.md D16).
type Feature string

// The features.
const (
	DownloadableReports Feature = "downloadable_reports"
	ScheduledEmails     Feature = "scheduled_emails"
	PrivateLinks        Feature = "published_dashboards"
	PublicDashboards    Feature = "public_dashboards"
	Embeds              Feature = "embeds"
	Theming             Feature = "theming"
	DomainCloaking      Feature = "domain_cloaking"
	SSO                 Feature = "sso"
	Slack               Feature = "slack"
	TV                  Feature = "tv"
	API                 Feature = "api"
)

// Features are all of them, in the order in which they are shown.
var Features = []Feature{DownloadableReports, ScheduledEmails, PrivateLinks, PublicDashboards, Embeds, Theming, DomainCloaking, SSO, Slack, TV, API}

// offAtFirst are off until the agency switches them on.
var offAtFirst = map[Feature]bool{PublicDashboards: true, Embeds: true, DomainCloaking: true, SSO: true}

// features are the switches of a client that stand otherwise than at first.
type features map[Feature]bool

// Feature says whether something is switched on for the account. An agency has everything.
func (a *Account) Feature(f Feature) bool {
	if on, ok := a.features[f]; ok {
		return on
	}
	return a.IsParent() || !offAtFirst[f]
}

// Switches are all features of the account.
func (a *Account) Switches() map[Feature]bool {
	out := make(map[Feature]bool, len(Features))
	for _, f := range Features {
		out[f] = a.Feature(f)
	}
	return out
}

// NeedFeature refuses what is switched off for the account. Code feature_off.
func (a *Account) NeedFeature(f Feature) error {
	if a.Feature(f) {
		return nil
	}
	return errs.New(errs.Forbidden, "feature_off", "Your agency has not switched this on for your account.").
		WithParams(map[string]any{"feature": string(f)})
}

// SetFeatures switches features of a client on and off; those that to does not name stay.
// Codes not_found, permission_denied, version_conflict, bad_feature.
func (s *Service) SetFeatures(ctx context.Context, who authz.Actor, slug string, version int64, to map[Feature]bool) (*Listed, error) {
	known := (&Account{}).Switches()
	for f := range to {
		if _, ok := known[f]; !ok {
			return nil, errs.Newf(errs.Invalid, "bad_feature", "There is no feature %s.", f).WithField(string(f))
		}
	}
	var out *Listed
	err := s.change(ctx, who, slug, version, func(tx *db.Tx, _, a *Account) (err error) {
		fields := map[string]any{}
		after := maps.Clone(a.features)
		if after == nil {
			after = features{}
		}
		for f, on := range to {
			if a.Feature(f) == on {
				continue
			}
			fields[string(f)] = map[string]any{"before": !on, "after": on}
			if after[f] = on; on != offAtFirst[f] {
				delete(after, f) // as at first
			}
		}
		if len(fields) > 0 {
			a.features = after
			if err := update(ctx, tx, a); err != nil {
				return err
			}
			line := audit.Line{Action: "client.features_changed", Subject: a.PublicID, SubjectName: a.Name, Detail: fields}
			if err := audit.Record(ctx, tx, who, line); err != nil {
				return err
			}
		}
		out, err = listedByID(ctx, tx, a.ID)
		return err
	})
	return out, err
}

package datasource

import (
	"context"
	"crypto/sha256"
	"errors"
	"io"
	"slices"

	"octavo/internal/authz"
	"octavo/internal/clock"
	"octavo/internal/dataset"
	"octavo/internal/db"
	"octavo/internal/id"
)

// History makes the rows of each refresh part of a table that grows, instead of the data.
type History struct {
	Mode     dataset.Mode `json:"mode"`                // append or upsert
	UniqueBy []string     `json:"unique_by,omitempty"` // of upsert
	Keep     *Keep        `json:"keep,omitempty"`      // nil = all rows
}

// check refuses what cannot be. Code bad_table.
func (h *History) check() error {
	switch {
	case h == nil:
		return nil
	case h.Mode != dataset.Append && h.Mode != dataset.Upsert:
		return badTable("mode", "rows are appended or upserted")
	case (h.Mode == dataset.Upsert) != (len(h.UniqueBy) > 0) || len(h.UniqueBy) > maxKeyColumns:
		return badTable("unique_by", "an upsert, and nothing else, has columns that tell rows apart")
	}
	return h.Keep.check()
}

// SetHistory says whether refreshes of a source make a history, over the expected version; nil = they do not. The
// version stays, for settings have none. Codes not_found, permission_denied, version_conflict, not_web, bad_table, history_takes_columns, history_needs_all.
func (s *Service) SetHistory(ctx context.Context, who authz.Actor, public string, expected int64, h *History) (*Source, error) {
	return s.set(ctx, who, public, expected, didSetHistory, func(now *Settings) error {
		if h != nil && now.OnSchemaChange == ColumnsAsk {
			return historyTakesColumns()
		}
		if h != nil && now.OnLimit == LimitTruncate {
			return historyNeedsAll()
		}
		now.History = h
		return h.check()
	}, nil)
}

// joinHistory makes the payload that an answer leads to where a source keeps a history: its columns are those of all
// answers, its file is the last one. What equal requests share stays as it is. Codes not_a_table, unknown_column, too_large.
func (s *Service) joinHistory(ctx context.Context, w *work, got *outcome) (*outcome, error) {
	h := w.settings.History
	if h == nil || got.payload == nil {
		return got, nil
	}
	answer, err := s.tableOf(ctx, Payload{ID: 1, Hash: got.payload.Hash, DataKey: got.payload.DataKey, data: got.payload.data})
	if err != nil {
		return got, err
	}
	var before *dataset.Sheet
	if w.instance.Payload != 0 {
		if before, err = s.tableOf(ctx, w.instance.payload(w.owner.Family())); err != nil {
			return got, err
		}
	}
	leave, err := s.enterReaders(ctx)
	if err != nil {
		return got, err
	}
	defer leave()
	j := dataset.Join{Mode: h.Mode, Key: h.UniqueBy, Keep: h.Keep.rule(clock.Millis(s.db.Clock().Now()))}
	sheet, _, err := j.Rows(before, answer, allColumns(before, answer), s.cfg.Limits.Limits)
	if err != nil {
		return got, err
	}
	out := *got
	out.answer = got.payload
	out.payload, err = s.storeHistory(ctx, w.owner.Family(), sheet, got.payload)
	return &out, err
}

// allColumns are those of a history, and behind them those that an answer has for the first time.
func allColumns(before, answer *dataset.Sheet) []dataset.Declared {
	if before == nil {
		return answer.Describe()
	}
	out := before.Describe()
	for _, c := range answer.Describe() {
		at := slices.IndexFunc(out, func(old dataset.Declared) bool { return old.Name == c.Name })
		switch {
		case at < 0:
			out = append(out, c)
		case out[at].Type == "":
			out[at] = c
		}
	}
	return out
}

// storeHistory stores a table with the file of the answer that came last.
func (s *Service) storeHistory(ctx context.Context, family int64, sheet *dataset.Sheet, answer *stored) (_ *stored, err error) {
	set := &dataset.Set{Sheets: []*dataset.Sheet{sheet}}
	columns, err := s.spoolFrom(maxColumns, func(w io.Writer) error { return set.Encode(ctx, w) })
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, columns.Close()) }()
	hash := sha256.Sum256(append(columns.sum[:], answer.Hash...))
	up := &Upload{Name: answer.FileName, MediaType: answer.MediaType, Bytes: answer.Bytes, hash: hash[:], dataBytes: columns.size, Schema: schemaOf(set)}
	p := up.payload(family)
	p.Notes = answer.Notes
	if answer.FileKey == "" {
		p.FileKey, p.file = "", answer.file
	} else if err := copyBlob(ctx, s.blobs, answer.FileKey, p.FileKey); err != nil {
		return nil, err
	}
	return p, s.storeColumns(ctx, p, columns)
}

// stillJoined says whether a history is still that which an answer was joined with.
func (s *Service) stillJoined(ctx context.Context, tx *db.Tx, w *work, got *outcome) (bool, error) {
	if got == nil || got.answer == nil {
		return true, nil
	}
	var now id.Content
	_, err := tx.One(ctx, `SELECT COALESCE(payload_id, 0) FROM instances WHERE account_id = :account AND no = :no AND key = :key`,
		db.Args{"no": w.at.No, "key": w.at.Key}, &now)
	if err != nil || now != w.instance.Payload {
		return false, err
	}
	_, err = s.insertPayload(ctx, tx, got.answer) // so that the purge knows its files
	return true, err
}

package datasource

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"time"

	"octavo/internal/authz"
	"octavo/internal/db"
	"octavo/internal/errs"
	"octavo/internal/failpoint"
	"octavo/internal/format"
	"octavo/internal/id"
	"octavo/internal/job"
)

// options are how they are kept with an upload.
type options struct {
	Chosen format.Options `json:"chosen"`
	Used   format.Options `json:"used"`
}

func sameOptions(a, b format.Options) bool { return reflect.DeepEqual(a, b) }

func (up *Upload) texts() (optionsJSON, schemaJSON string, err error) {
	o, err := json.Marshal(options{Chosen: up.chosen, Used: up.Options})
	if err != nil {
		return "", "", err
	}
	sch, err := json.Marshal(up.Schema)
	return string(o), string(sch), err
}

// view is what a person is shown of a reading, beside the schema.
type view struct {
	Sheets  []viewOfSheet       `json:"sheets"`
	Members []string            `json:"members,omitempty"`
	Paths   []format.RecordPath `json:"paths,omitempty"`
}

type viewOfSheet struct {
	Rows    [][]string `json:"rows"`
	Samples [][]string `json:"samples"` // of each column
}

func (up *Upload) view() (string, error) {
	v := view{Members: up.Members, Paths: up.Paths, Sheets: make([]viewOfSheet, len(up.Schema.Sheets))}
	for i, sh := range up.Schema.Sheets {
		v.Sheets[i].Rows = sh.Preview
		for _, c := range sh.Columns {
			v.Sheets[i].Samples = append(v.Sheets[i].Samples, c.Sample)
		}
	}
	text, err := json.Marshal(v)
	return string(text), err
}

// see fills in what a person is shown.
func (up *Upload) see(text string) error {
	if text == "" { // it was never read
		return nil
	}
	var v view
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		return err
	}
	up.Members, up.Paths = v.Members, v.Paths
	for i, sh := range v.Sheets {
		up.Schema.Sheets[i].Preview = sh.Rows
		for c, sample := range sh.Samples {
			up.Schema.Sheets[i].Columns[c].Sample = sample
		}
	}
	return nil
}

func (up *Upload) asWanted() (as readAs, err error) {
	err = json.Unmarshal([]byte(up.wanted), &as)
	return as, err
}

// saveUpload writes the row of a new upload, and the jobs that read it and remove it when it is too old.
func (s *Service) saveUpload(ctx context.Context, who authz.Actor, up *Upload, byJob bool) error {
	options, schema, err := up.texts()
	if err != nil {
		return err
	}
	err = s.db.Tx(ctx, db.Account(who.Account), func(tx *db.Tx) error {
		up.ExpiresAt = s.expiry(tx.Now)
		sweep := job.New{Kind: sweepKind, Class: job.Background, Args: up.ID, After: s.cfg.UploadAge + time.Minute}
		if err := job.Enqueue(ctx, tx, sweep); err != nil {
			return err
		}
		if byJob {
			if err := enqueueReading(ctx, tx, up.ID); err != nil {
				return err
			}
		}
		failpoint.At("upload/job_written")
		err := tx.Insert(ctx, "uploads", []string{
			"account_id", "id", "user_id", "file_name", "media_type", "bytes", "hash", "file_key", "data_key", "data_bytes",
			"format", "options", "schema_json", "created_at", "state", "wanted",
		}, [][]any{{
			who.Account, up.ID, who.User, up.Name, up.MediaType, up.Bytes, []byte{}, up.fileKey, "", 0,
			"", options, schema, tx.Now, string(UploadReading), up.wanted,
		}})
		failpoint.At("upload/row_written")
		return err
	})
	if err != nil {
		s.drop(context.WithoutCancel(ctx), up.fileKey)
		return err
	}
	failpoint.At("upload/committed")
	return nil
}

// enqueueReading adds the job that reads an upload: a person waits for it.
func enqueueReading(ctx context.Context, tx *db.Tx, upload id.Upload) error {
	return job.Enqueue(ctx, tx, job.New{Kind: readKind, Key: string(upload), Class: job.Urgent, Args: upload})
}

// saveWanted has an upload of the actor read as a text of readAs says. Code unknown_upload.
func (s *Service) saveWanted(ctx context.Context, who authz.Actor, upload id.Upload, as string) error {
	return s.db.Tx(ctx, db.Account(who.Account), func(tx *db.Tx) error {
		n, err := tx.Exec(ctx, `UPDATE uploads SET state = 'reading', error = '', wanted = :wanted
			WHERE account_id = :account AND id = :id AND user_id = :who AND file_key <> ''`, db.Args{"wanted": as, "id": upload, "who": who.User})
		if err != nil {
			return err
		}
		if n == 0 {
			return unknownUpload()
		}
		return enqueueReading(ctx, tx, upload)
	})
}

// saveReading makes next what is known of an upload, unless it is gone or wanted in another way by now; says whether it
// is. The columns of the reading before go.
func (s *Service) saveReading(ctx context.Context, owner id.Account, up, next *Upload, end func(context.Context, *db.Tx) error) (kept bool, err error) {
	options, schema, err := next.texts()
	if err != nil {
		return false, err
	}
	shown, err := next.view()
	if err != nil {
		return false, err
	}
	return s.saveOutcome(ctx, owner, up, []string{up.dataKey}, end, `state = 'read', error = '', format = :format, options = :options,
		schema_json = :schema, view_json = :view, data_key = :key, data_bytes = :size, hash = :hash`, db.Args{
		"format": next.Format, "options": options, "schema": schema, "view": shown, "key": next.dataKey, "size": next.dataBytes, "hash": next.hash,
	})
}

// saveFailure notes why an upload could not be read as it was wanted. A file that is of no use goes.
func (s *Service) saveFailure(ctx context.Context, owner id.Account, up *Upload, why *errs.Error, end func(context.Context, *db.Tx) error) error {
	args := db.Args{"error": writeFault(why)}
	if up.dataKey != "" || !ofTheFile(why) || up.wanted != (readAs{}).text() { // other options may read it
		_, err := s.saveOutcome(ctx, owner, up, nil, end, `state = 'failed', error = :error`, args)
		return err
	}
	_, err := s.saveOutcome(ctx, owner, up, []string{up.fileKey}, end, `state = 'failed', error = :error, file_key = ''`, args)
	return err
}

// saveOutcome changes an upload that is still wanted as it was, has files removed, and ends the work.
func (s *Service) saveOutcome(ctx context.Context, owner id.Account, up *Upload, files []string, end func(context.Context, *db.Tx) error,
	set string, args db.Args) (kept bool, err error) {
	args["id"], args["wanted"] = up.ID, up.wanted
	files = slices.DeleteFunc(files, func(key string) bool { return key == "" })
	err = s.db.Tx(ctx, db.Account(owner), func(tx *db.Tx) error {
		n, err := tx.Exec(ctx, `UPDATE uploads SET `+set+` WHERE account_id = :account AND id = :id AND state = 'reading' AND wanted = :wanted`, args)
		if err != nil {
			return err
		}
		kept = n == 1
		if kept && len(files) > 0 {
			if err := job.Enqueue(ctx, tx, job.New{Kind: dropKind, Class: job.Background, Args: files}); err != nil {
				return err
			}
		}
		failpoint.At("upload/noted")
		return end(ctx, tx)
	})
	return kept, err
}

// findUpload reads an upload of the actor that is not too old. Code unknown_upload.
func (s *Service) findUpload(ctx context.Context, who authz.Actor, upload id.Upload) (*Upload, error) {
	return s.upload(ctx, who.Account, upload, `''`, `u.user_id = :who`, db.Args{"who": who.User})
}

// showUpload is findUpload with what a person is shown.
func (s *Service) showUpload(ctx context.Context, who authz.Actor, upload id.Upload) (*Upload, error) {
	return s.upload(ctx, who.Account, upload, `u.view_json`, `u.user_id = :who`, db.Args{"who": who.User})
}

// findWanted reads an upload that is to be read; nil = there is none, or it needs no reading.
func (s *Service) findWanted(ctx context.Context, owner id.Account, upload id.Upload) (*Upload, error) {
	up, err := s.upload(ctx, owner, upload, `''`, `u.state = 'reading'`, db.Args{})
	if errs.Is(err, "unknown_upload") {
		return nil, nil
	}
	return up, err
}

// upload reads an upload that is not too old. Code unknown_upload.
func (s *Service) upload(ctx context.Context, owner id.Account, upload id.Upload, view, where string, args db.Args) (*Upload, error) {
	up := &Upload{ID: upload}
	err := s.db.Read(ctx, db.Account(owner), func(tx *db.Tx) error {
		var optionsText, schemaText, fault, shown string
		var reading job.State
		var createdAt int64
		args["id"], args["after"] = upload, s.age(tx)
		found, err := tx.One(ctx, `
			SELECT u.file_name, u.media_type, u.bytes, u.hash, u.file_key, u.data_key, u.data_bytes, u.format, u.options, u.schema_json, u.created_at,
				u.state, u.wanted, u.error, `+view+`, COALESCE((SELECT j.state FROM jobs j
					WHERE j.account_id = :account AND j.kind = '`+readKind+`' AND j.key = u.id ORDER BY j.id DESC LIMIT 1), '')
			FROM uploads u WHERE u.account_id = :account AND u.id = :id AND u.created_at >= :after AND `+where, args,
			&up.Name, &up.MediaType, &up.Bytes, &up.hash, &up.fileKey, &up.dataKey, &up.dataBytes, &up.Format, &optionsText, &schemaText, &createdAt,
			&up.State, &up.wanted, &fault, &shown, &reading)
		if err != nil {
			return err
		}
		if !found {
			return unknownUpload()
		}
		up.ExpiresAt = s.expiry(createdAt)
		up.Problem = readFault(fault)
		var o options
		err = errors.Join(json.Unmarshal([]byte(optionsText), &o), json.Unmarshal([]byte(schemaText), &up.Schema))
		if err != nil {
			return fmt.Errorf("datasource: upload %s: %w", upload, err)
		}
		up.chosen, up.Options = o.Chosen, o.Used
		up.givenUp(reading)
		return up.see(shown)
	})
	if err != nil {
		return nil, err
	}
	return up, nil
}

// givenUp lets an upload be one that failed when the job that reads it has ended without a word of it: somebody has
// cancelled it, or it was given up. Codes upload_cancelled, upload_given_up.
func (up *Upload) givenUp(reading job.State) {
	if up.State != UploadReading {
		return
	}
	switch reading {
	case job.Waiting, job.Later, job.Running:
	case job.Cancelled:
		up.State, up.Problem = UploadFailed, errs.New(errs.Conflict, "upload_cancelled", "Whoever runs the server has stopped the reading of this file.")
	default:
		up.State, up.Problem = UploadFailed, errs.New(errs.Unavailable, "upload_given_up", "This file could not be read, for a reason on our side. Send it again later.")
	}
}

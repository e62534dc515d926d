package user

import (
	"context"

	"octavo/internal/audit"
	"octavo/internal/db"
	"octavo/internal/job"
)

// kindRefused is the job that writes a refused sign-in into the trail.
const kindRefused = "user.refused"

// refused is a sign-in that was refused.
type refused struct {
	Email  string `json:"email"`
	IP     string `json:"ip"`
	Agent  string `json:"agent"`
	Locked bool   `json:"locked"` // by it, further tries are refused for a while
	Inside bool   `json:"inside"` // by somebody who is signed in: no sign-in was refused
}

// noteRefused has a refused sign-in written into the trail of the account that the address belongs to. A job looks
// that up after the answer, as with new passwords: whether the address is known does not show in the time.
func (s *Service) noteRefused(ctx context.Context, in SignIn, locked bool) error {
	return s.note(ctx, in, refused{Locked: locked})
}

// noteLocked has it written that a person who is signed in has locked the address by wrong passwords.
func (s *Service) noteLocked(ctx context.Context, in SignIn) error {
	return s.note(ctx, in, refused{Locked: true, Inside: true})
}

func (s *Service) note(ctx context.Context, in SignIn, r refused) error {
	email := plainEmail(in.Email)
	if CheckEmail(email) != nil {
		return nil // nobody has it
	}
	r.Email, r.IP, r.Agent = email, in.Place.Address, in.Place.agent()
	return s.db.Tx(ctx, db.System(), func(tx *db.Tx) error {
		return job.EnqueueFor(ctx, tx, job.Installation, job.New{Kind: kindRefused, Class: job.Background, Args: r})
	})
}

// recordRefused writes the lines and ends the job, together: each try is told once. Nobody has proved to be the
// person, so Octavo is who acts.
func (s *Service) recordRefused(ctx context.Context, run *job.Run, r refused) error {
	c, err := s.candidate(ctx, r.Email)
	if err != nil || c.account == nil {
		return err
	}
	who := c.account.Operator()
	who.Name, who.IP, who.UserAgent = "Octavo", r.IP, r.Agent
	var actions []string
	if !r.Inside {
		actions = append(actions, "user.sign_in_refused")
	}
	if r.Locked {
		actions = append(actions, "user.locked")
	}
	lines := make([]audit.Line, len(actions))
	for i, action := range actions {
		lines[i] = audit.Line{Action: action, Subject: string(c.identity.User), SubjectName: c.identity.Name}
	}
	return s.db.Tx(ctx, db.System(), func(tx *db.Tx) error {
		if err := audit.RecordAll(ctx, tx, who, lines); err != nil {
			return err
		}
		return run.FinishFor(ctx, tx)
	})
}

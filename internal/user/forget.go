package user

import (
	"context"

	"octavo/internal/audit"
	"octavo/internal/db"
	"octavo/internal/id"
	"octavo/internal/job"
)

// kindErase is the job that takes a person out of the activity.
const kindErase = "user.erase"

// erasure is a person to be forgotten; a job that is done has its arguments no more.
type erasure struct {
	Person id.User `json:"person"`
	Name   string  `json:"name"`
	Email  string  `json:"email"`
}

// Forgotten is what stands where the name of a person stood who was erased: always the same for one person.
func Forgotten(person id.User) string {
	n := len(person)
	return "Former user " + string(person[max(0, n-6):])
}

// forget puts another name on what is left of a person and has the activity of all accounts follow, in the transaction
// that removes the person.
func forget(ctx context.Context, tx *db.Tx, is *Person) error {
	name := Forgotten(is.ID)
	_, err := tx.Exec(ctx, `UPDATE users SET name = :name, name_folded = :folded WHERE account_id = :account AND id = :id`,
		db.Args{"id": is.ID, "name": name, "folded": ""})
	if err != nil {
		return err
	}
	return job.Enqueue(ctx, tx, job.New{Kind: kindErase, Class: job.Background, Args: erasure{Person: is.ID, Name: is.Name, Email: is.Email}})
}

// eraseActivity is the job of it.
func (s *Service) eraseActivity(ctx context.Context, e erasure) error {
	return s.audit.Erase(ctx, audit.Person{ID: e.Person, Name: e.Name, Email: e.Email, As: Forgotten(e.Person)})
}

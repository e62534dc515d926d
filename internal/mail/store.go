package mail

import (
	"context"

	"octavo/internal/clock"
	"octavo/internal/db"
)

func insert(ctx context.Context, tx *db.Tx, m *Mail, about string) error {
	var ended any
	if m.State == Kept {
		ended = tx.Now
	}
	return tx.Insert(ctx, "mails", []string{
		"account_id", "id", "kind", "about", "recipient", "sender_name", "subject", "plain", "html", "state", "attempts", "answer", "created_at", "ended_at",
	}, [][]any{{m.Account, m.ID, m.Kind, about, m.To, m.Sender, m.Subject, m.Text, m.HTML, string(m.State), 0, "", tx.Now, ended}})
}

// withdraw takes back what has not left among the mails of an account: their links do not open any more. of
// says in the words of the scope which account that is, which names the mails; args is bound to both.
func withdraw(ctx context.Context, tx *db.Tx, of, which string, args db.Args) error {
	args["now"] = tx.Now
	_, err := tx.Exec(ctx, `
		UPDATE mails SET state = 'withdrawn', plain = '', html = '', ended_at = :now
		WHERE `+of+which+` AND state IN ('waiting', 'kept', 'failed', 'unclear')`, args)
	return err
}

// columns of a mail with the name of its account, in the order of scanMail.
const columns = `m.id, m.account_id, COALESCE(CASE WHEN a.display_name = '' THEN a.name ELSE a.display_name END, ''), m.kind, m.recipient, m.sender_name,
	m.subject, m.plain, m.html, m.state, m.attempts, m.answer, m.created_at, m.ended_at`

const from = ` FROM mails m LEFT JOIN accounts a ON a.id = m.account_id`

func scanMail(scan func(...any) error) (*Mail, error) {
	var m Mail
	var created int64
	var ended *int64
	err := scan(&m.ID, &m.Account, &m.Of, &m.Kind, &m.To, &m.Sender, &m.Subject, &m.Text, &m.HTML, &m.State, &m.Attempts, &m.Answer, &created, &ended)
	m.CreatedAt = clock.FromMillis(created)
	if ended != nil {
		m.EndedAt = clock.FromMillis(*ended)
	}
	return &m, err
}

func (s *Service) find(ctx context.Context, mail string) (*Mail, bool, error) {
	var m *Mail
	err := s.db.Read(ctx, db.System(), func(tx *db.Tx) (err error) {
		m, err = findMail(ctx, tx, mail)
		return err
	})
	return m, m != nil, err
}

// findMail reads a mail in a System scope; nil when there is none.
func findMail(ctx context.Context, tx *db.Tx, mail string) (*Mail, error) {
	var m *Mail
	err := tx.Query(ctx, `SELECT `+columns+from+` WHERE m.id = :id`, db.Args{"id": mail}, func(scan func(...any) error) (err error) {
		m, err = scanMail(scan)
		return err
	})
	return m, err
}

// Had counts the mails of a kind that were recorded in the acting account after a time, by the address they go to.
func (s *Service) Had(ctx context.Context, tx *db.Tx, kind string, after int64) (map[string]int64, error) {
	had := map[string]int64{}
	err := tx.Query(ctx, `
		SELECT recipient, COUNT(*) FROM mails
		WHERE account_id = :account AND kind = :kind AND created_at > CAST(:after AS bigint) GROUP BY recipient`,
		db.Args{"kind": kind, "after": after}, func(scan func(...any) error) error {
			var to string
			var n int64
			err := scan(&to, &n)
			had[to] = n
			return err
		})
	return had, err
}

package user

import (
	"cmp"
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"strings"

	"golang.org/x/crypto/argon2"
)

// Hashing says how much work a password costs; zero fields take the default, which
// is what accounts.md D32 asks for. Tests take less.
type Hashing struct {
	MemoryKiB uint32 // default 64 MiB
	Passes    uint32 // default 3
}

// maxHashes is how many passwords are hashed at the same time: each takes 64 MiB.
const maxHashes = 4

const (
	saltSize = 16
	hashSize = 32
	lanes    = 1
)

// hasher makes and checks argon2id hashes, few at a time. Safe for concurrent use.
type hasher struct {
	memory, passes uint32
	slots          chan struct{} // one element per running hash
}

func newHasher(h Hashing) *hasher {
	return &hasher{
		memory: cmp.Or(h.MemoryKiB, 64<<10),
		passes: cmp.Or(h.Passes, 3),
		slots:  make(chan struct{}, maxHashes),
	}
}

// run waits for a free place, or until ctx ends.
func (h *hasher) run(ctx context.Context, password string, salt []byte, memory, passes uint32) ([]byte, error) {
	select {
	case h.slots <- struct{}{}:
		defer func() { <-h.slots }()
		return argon2.IDKey([]byte(password), salt, passes, memory, lanes, hashSize), nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// hash gives the PHC text of a new hash.
func (h *hasher) hash(ctx context.Context, password string) (string, error) {
	salt := make([]byte, saltSize)
	if _, err := rand.Read(salt); err != nil {
		return "", err
	}
	sum, err := h.run(ctx, password, salt, h.memory, h.passes)
	if err != nil {
		return "", err
	}
	b64 := base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, h.memory, h.passes, lanes, b64.EncodeToString(salt), b64.EncodeToString(sum)), nil
}

// verify compares a password with a hash. outdated says that the hash was made with
// other costs. An empty or unreadable hash costs the same work and never matches.
func (h *hasher) verify(ctx context.Context, password, hash string) (ok, outdated bool, err error) {
	memory, passes, salt, sum, readable := parseHash(hash)
	if !readable {
		memory, passes, salt, sum = h.memory, h.passes, make([]byte, saltSize), nil
	}
	got, err := h.run(ctx, password, salt, memory, passes)
	if err != nil {
		return false, false, err
	}
	ok = readable && subtle.ConstantTimeCompare(got, sum) == 1
	return ok, memory != h.memory || passes != h.passes, nil
}

func parseHash(hash string) (memory, passes uint32, salt, sum []byte, ok bool) {
	parts := strings.Split(hash, "$")
	if len(parts) != 6 || parts[1] != "argon2id" {
		return 0, 0, nil, nil, false
	}
	var version, p int
	if _, err := fmt.Sscanf(parts[2], "v=%d", &version); err != nil || version != argon2.Version {
		return 0, 0, nil, nil, false
	}
	if _, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &memory, &passes, &p); err != nil || p != lanes {
		return 0, 0, nil, nil, false
	}
	salt, err1 := base64.RawStdEncoding.DecodeString(parts[4])
	sum, err2 := base64.RawStdEncoding.DecodeString(parts[5])
	return memory, passes, salt, sum, err1 == nil && err2 == nil && len(sum) == hashSize && passes > 0
}

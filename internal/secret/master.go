package secret

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// KeySize is the length of every key here: AES-256.
const KeySize = 32

// Master is the key that data keys are sealed with. Safe for concurrent use.
type Master struct {
	aead cipher.AEAD
	name string // first digits of the key's hash: says which master a data key needs
}

// NewMaster makes it of its 32 bytes.
func NewMaster(key []byte) (*Master, error) {
	aead, err := newAEAD(key)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(append([]byte("octavo master key "), key...))
	return &Master{aead: aead, name: hex.EncodeToString(sum[:8])}, nil
}

// LoadMaster reads the master key from a text (base64), or, where that is empty, from a file, which
// is made when it is not there. Of two processes that start together one makes the file.
func LoadMaster(text, file string) (*Master, error) {
	if text != "" {
		return parseMaster(text, "the setting OCTAVO_MASTER_KEY")
	}
	b, err := os.ReadFile(file)
	if errors.Is(err, os.ErrNotExist) {
		if err := makeFile(file); err != nil {
			return nil, fmt.Errorf("secret: the file of the master key cannot be made: %w", err)
		}
		b, err = os.ReadFile(file)
	}
	if err != nil {
		return nil, fmt.Errorf("secret: master key: %w", err)
	}
	return parseMaster(string(b), file)
}

func parseMaster(text, from string) (*Master, error) {
	key, err := base64.StdEncoding.DecodeString(strings.TrimSpace(text))
	if err != nil || len(key) != KeySize {
		return nil, fmt.Errorf("secret: %s holds no master key: %d bytes in base64 are expected", from, KeySize)
	}
	return NewMaster(key)
}

// makeFile writes a new key for its owner only. The whole file appears at once, so
// that another process never reads half a key, and one that is there already stays.
func makeFile(path string) error {
	key := make([]byte, KeySize)
	_, _ = rand.Read(key) // never fails, see crypto/rand
	temp, err := os.CreateTemp(filepath.Dir(path), ".master-*")
	if err != nil {
		return err
	}
	defer os.Remove(temp.Name())
	_, err = temp.WriteString(base64.StdEncoding.EncodeToString(key) + "\n")
	if err = errors.Join(err, temp.Sync(), temp.Close()); err != nil {
		return err
	}
	if err := os.Link(temp.Name(), path); err != nil && !errors.Is(err, os.ErrExist) {
		return err
	}
	return nil
}

func newAEAD(key []byte) (cipher.AEAD, error) {
	if len(key) != KeySize {
		return nil, fmt.Errorf("secret: a key has %d bytes", KeySize)
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCMWithRandomNonce(block)
}

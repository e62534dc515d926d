package id

import (
	"crypto/aes"
	"crypto/cipher"
	"encoding/binary"
	"encoding/hex"
	"fmt"
)

// KeySize is the length of the key that public ids are computed with, in bytes.
const KeySize = 16

// Codec turns assets into public ids and back: AES-128 over account and number.
// Its key is made at installation, kept in the database and in every backup, and
// never changed. Safe for concurrent use.
type Codec struct{ block cipher.Block }

// NewCodec makes a codec of a key of KeySize bytes.
func NewCodec(key []byte) (*Codec, error) {
	if len(key) != KeySize {
		return nil, fmt.Errorf("id.NewCodec: the key has %d bytes, wants %d", len(key), KeySize)
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, fmt.Errorf("id.NewCodec: %w", err)
	}
	return &Codec{block: block}, nil
}

// Format gives the public id of an asset: 32 lowercase hex digits.
func (c *Codec) Format(a Asset) string {
	var b [aes.BlockSize]byte
	binary.BigEndian.PutUint64(b[:8], uint64(a.Account))
	binary.BigEndian.PutUint64(b[8:], uint64(a.No))
	c.block.Encrypt(b[:], b[:])
	return hex.EncodeToString(b[:])
}

// Parse gives the asset of a public id. Any 32 hex digits decode to something;
// the caller checks that the account is the acting one and that the row exists.
func (c *Codec) Parse(s string) (Asset, bool) {
	if !IsHex(s) {
		return Asset{}, false
	}
	var b [aes.BlockSize]byte
	if _, err := hex.Decode(b[:], []byte(s)); err != nil {
		return Asset{}, false
	}
	c.block.Decrypt(b[:], b[:])
	a := Asset{
		Account: Account(binary.BigEndian.Uint64(b[:8])),
		No:      int64(binary.BigEndian.Uint64(b[8:])),
	}
	return a, a.Account > 0 && a.No > 0
}

package credential

import (
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"slices"
	"strings"
	"time"
)

// Certificate is what people may read of a client certificate: who has it and until when. Its chain and its private key are
// sealed. The zero value is none.
type Certificate struct {
	Subject     string    `json:"subject" doc:"Whom it names."`
	Issuer      string    `json:"issuer" doc:"Who signed it."`
	NotAfter    time.Time `json:"not_after" doc:"When it ends."`
	Fingerprint string    `json:"fingerprint" doc:"SHA-256 of the certificate, hexadecimal."`
}

// CertificatePair is a client certificate as people give it: both in PEM, the chain with the certificate itself first. The zero
// value takes the certificate away.
type CertificatePair struct {
	Chain string `json:"chain" maxLength:"65536" doc:"Certificates in PEM, that of the key first. Empty = none any more, where the kind does without."`
	Key   string `json:"key" maxLength:"20000" doc:"Its private key in PEM, not encrypted. It is told nowhere."`
}

// told says whose certificate it is, until when and which, for the trail; "" = none.
func (c Certificate) told() string {
	if c == (Certificate{}) {
		return ""
	}
	return c.Subject + ", " + c.NotAfter.Format(time.DateOnly) + ", " + c.Fingerprint
}

// Limits of a pair, in bytes.
const (
	maxChain = 32 << 10
	maxKey   = 16 << 10
)

// read checks a pair, and gives what is told of it. A certificate that has ended is taken: the services say so, and so does
// Certificate. Code bad_credential.
func (p CertificatePair) read() (CertificatePair, Certificate, error) {
	p.Chain, p.Key = strings.TrimSpace(p.Chain), strings.TrimSpace(p.Key)
	var none Certificate
	switch {
	case p.Chain == "" && p.Key == "":
		return p, none, nil
	case p.Chain == "":
		return p, none, bad("certificate.chain", "certificate_missing", "a key has a certificate: give both.")
	case p.Key == "":
		return p, none, bad("certificate.key", "certificate_key_missing", "a certificate has a private key: give both.")
	case len(p.Chain) > maxChain || strings.Contains(p.Chain, "PRIVATE KEY"):
		return p, none, bad("certificate.chain", "certificate_chain", "these are no certificates in PEM, 32 KB at most, without a key.")
	case len(p.Key) > maxKey:
		return p, none, bad("certificate.key", "certificate_key", "this is no private key in PEM.")
	case isEncryptedKey(p.Key):
		return p, none, bad("certificate.key", "certificate_encrypted", "the key has a passphrase. Take it off first, as by: openssl pkey -in key.pem -out open.pem")
	case !isKey(p.Key):
		return p, none, bad("certificate.key", "certificate_key", "this is no private key in PEM.")
	}
	leaf, ok := leafOf(p.Chain)
	if !ok {
		return p, none, bad("certificate.chain", "certificate_chain", "these are no certificates in PEM, 32 KB at most, without a key.")
	}
	if _, err := tls.X509KeyPair([]byte(p.Chain), []byte(p.Key)); err != nil {
		return p, none, bad("certificate.key", "certificate_mismatch", "the key is not that of the first certificate.")
	}
	sum := sha256.Sum256(leaf.Raw)
	return p, Certificate{Subject: leaf.Subject.String(), Issuer: leaf.Issuer.String(), NotAfter: leaf.NotAfter.UTC(), Fingerprint: hex.EncodeToString(sum[:])}, nil
}

// leafOf reads all certificates of a chain and gives the first one; nothing else stands among them.
func leafOf(chain string) (leaf *x509.Certificate, ok bool) {
	rest := []byte(chain)
	for len(rest) > 0 {
		var block *pem.Block
		if block, rest = pem.Decode(rest); block == nil || block.Type != "CERTIFICATE" {
			return nil, false
		}
		one, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			return nil, false
		}
		if leaf == nil {
			leaf = one
		}
		if strings.TrimSpace(string(rest)) == "" {
			break
		}
	}
	return leaf, leaf != nil
}

// keyBlock is the first private key in a text; others may be before it, such as the name of a curve.
func keyBlock(text string) *pem.Block {
	for rest := []byte(text); ; {
		var block *pem.Block
		if block, rest = pem.Decode(rest); block == nil || strings.HasSuffix(block.Type, "PRIVATE KEY") {
			return block
		}
	}
}

// isEncryptedKey says whether a key in PEM has a passphrase.
func isEncryptedKey(text string) bool {
	block := keyBlock(text)
	return block != nil && (block.Type == "ENCRYPTED PRIVATE KEY" || block.Headers["DEK-Info"] != "")
}

// isKey says whether a text is a private key that TLS can sign with.
func isKey(text string) bool {
	block := keyBlock(text)
	if block == nil {
		return false
	}
	if _, err := x509.ParsePKCS8PrivateKey(block.Bytes); err == nil {
		return true
	}
	if _, err := x509.ParsePKCS1PrivateKey(block.Bytes); err == nil {
		return true
	}
	_, err := x509.ParseECPrivateKey(block.Bytes)
	return err == nil
}

// checkPlaces refuses a client certificate where it would not be presented, and the want of one. Code bad_credential.
func (f Facts) checkPlaces(kind Kind) error {
	has := f.Certificate != Certificate{}
	switch {
	case kind == ClientCertificate && !has:
		return bad("certificate.chain", "certificate_missing", "give the certificate and its private key.")
	case has && slices.ContainsFunc(f.Hosts, func(h string) bool { return !strings.HasPrefix(h, "https://") }):
		return bad("hosts", "certificate_hosts", "a certificate is presented over https only.")
	}
	return nil
}

// presents gives what is presented when a connection is made; nil = nothing.
func (s *Secret) presents() (*tls.Certificate, error) {
	if s.chain == "" {
		return nil, nil
	}
	pair, err := tls.X509KeyPair([]byte(s.chain), []byte(s.key))
	if err != nil {
		return nil, errUnreadable // what the library says may quote it
	}
	return &pair, nil
}

// errUnreadable is a sealed pair that was read before and is no pair.
var errUnreadable = errors.New("credential: a certificate that cannot be read")

// present puts a client certificate into a credential and into what is sealed of it; nil leaves it as it is. Code bad_credential.
func (plain *sealedForm) present(c *Credential, pair *CertificatePair) error {
	if c.Kind == Database {
		return nil
	}
	if pair != nil {
		read, told, err := pair.read()
		if err != nil {
			return err
		}
		if (c.Certificate == Certificate{} && told == Certificate{}) {
			return bad("certificate.chain", "certificate_missing", "give the certificate and its private key.")
		}
		c.Certificate, plain.Chain, plain.Key = told, read.Chain, read.Key
	}
	return c.checkPlaces(c.Kind)
}

// knows refuses a change by which secrets would be sent otherwise than before without those secrets. Code bad_credential.
func (in Patch) knows(c Credential, again bool) error {
	const sentence = "give the secret again, for it would be sent otherwise than before."
	switch {
	case !again:
		return nil
	case in.Secret == nil && c.Kind != ClientCertificate:
		return bad("secret", "secret_again", sentence)
	case in.TunnelSecret == nil && c.Tunnel.Host != "":
		return bad("tunnel_secret", "secret_again", sentence)
	case in.Certificate == nil && c.Certificate != Certificate{}:
		return bad("certificate.key", "certificate_again", "give the certificate and its key again, for they would be presented elsewhere than before.")
	}
	return nil
}

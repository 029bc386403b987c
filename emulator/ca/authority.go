package ca

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"math/big"
	"os"
	"path/filepath"
	"time"
)

// The files of an authority in its directory.
const (
	CertificateFile = "fauxstack-ca.pem"
	KeyFile         = "fauxstack-ca.key" // readable by its owner alone
)

const (
	authorityLife = 10 * 365 * 24 * time.Hour
	margin        = 30 * 24 * time.Hour // what expires sooner than this is made anew
	early         = time.Hour           // clients' clocks may be behind
)

// Authority signs certificates. It is safe for concurrent use.
type Authority struct {
	now         func() time.Time
	key         *ecdsa.PrivateKey
	certificate *x509.Certificate
}

// New makes an authority that is kept nowhere. now tells the time, as time.Now does.
func New(now func() time.Time) (*Authority, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	id, err := keyID(key)
	if err != nil {
		return nil, err
	}
	template := &x509.Certificate{
		SerialNumber:          serial(),
		Subject:               pkix.Name{CommonName: fmt.Sprintf("fauxstack CA %x", id[:4]), Organization: []string{"fauxstack"}},
		NotBefore:             now().Add(-early),
		NotAfter:              now().Add(authorityLife),
		KeyUsage:              x509.KeyUsageCertSign | x509.KeyUsageCRLSign,
		BasicConstraintsValid: true,
		IsCA:                  true,
		MaxPathLenZero:        true,
		SubjectKeyId:          id,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		return nil, err
	}
	certificate, err := x509.ParseCertificate(der)
	return &Authority{now, key, certificate}, err
}

// Open reads the authority that dir keeps. Where there is none yet, or it is about to expire, a new one is made and kept
// there; the directory is made, too.
func Open(dir string, now func() time.Time) (*Authority, error) {
	a, err := read(dir, now)
	switch {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		return nil, fmt.Errorf("the certificate authority in %s: %w; remove its files to have a new one", dir, err)
	case now().Before(a.certificate.NotAfter.Add(-margin)):
		return a, nil
	}
	if a, err = New(now); err != nil {
		return nil, err
	}
	return a, a.write(dir)
}

func read(dir string, now func() time.Time) (*Authority, error) {
	certificatePEM, err := os.ReadFile(filepath.Join(dir, CertificateFile))
	if err != nil {
		return nil, err
	}
	keyPEM, err := os.ReadFile(filepath.Join(dir, KeyFile))
	if err != nil {
		return nil, err
	}
	certificate, err := parse(certificatePEM, CertificateFile, x509.ParseCertificate)
	if err != nil {
		return nil, err
	}
	key, err := parse(keyPEM, KeyFile, x509.ParseECPrivateKey)
	if err != nil {
		return nil, err
	}
	if !key.PublicKey.Equal(certificate.PublicKey) || !certificate.IsCA {
		return nil, fmt.Errorf("%s and %s do not belong together", CertificateFile, KeyFile)
	}
	return &Authority{now, key, certificate}, nil
}

func parse[T any](text []byte, file string, read func([]byte) (T, error)) (v T, err error) {
	block, _ := pem.Decode(text)
	if block == nil {
		return v, fmt.Errorf("%s is no PEM file", file)
	}
	if v, err = read(block.Bytes); err != nil {
		return v, fmt.Errorf("%s: %w", file, err)
	}
	return v, nil
}

// write keeps the key before the certificate, each at once, so that no certificate is ever there without its key.
func (a *Authority) write(dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	der, err := x509.MarshalECPrivateKey(a.key)
	if err != nil {
		return err
	}
	key := pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: der})
	return errors.Join(
		replace(filepath.Join(dir, KeyFile), key, 0o600),
		replace(filepath.Join(dir, CertificateFile), a.PEM(), 0o644),
	)
}

func replace(path string, text []byte, mode fs.FileMode) error {
	temp, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*")
	if err != nil {
		return err
	}
	_, err = temp.Write(text)
	if err = errors.Join(err, temp.Chmod(mode), temp.Close()); err == nil {
		err = os.Rename(temp.Name(), path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(temp.Name()))
	}
	return nil
}

// PEM is the authority's own certificate, which clients are given to trust (OS_CACERT, cacert).
func (a *Authority) PEM() []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: a.certificate.Raw})
}

// Pool holds the authority's own certificate, for clients in Go.
func (a *Authority) Pool() *x509.CertPool {
	pool := x509.NewCertPool()
	pool.AddCert(a.certificate)
	return pool
}

func keyID(key *ecdsa.PrivateKey) ([]byte, error) {
	public, err := x509.MarshalPKIXPublicKey(key.Public())
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(public)
	return sum[:20], nil
}

// serial is a random number of 127 bits.
func serial() *big.Int {
	raw := make([]byte, 16)
	_, _ = rand.Read(raw) // never fails
	raw[0] &= 0x7f
	return new(big.Int).SetBytes(raw)
}

package keystone

import (
	"crypto/sha256"
	"crypto/subtle"
	"io"
)

// secretHash is what is kept of a password. It is salted, and cheap on purpose: upstream's bcrypt costs a quarter of
// a second, and nobody's real password belongs into an emulator.
type secretHash struct {
	Set  bool
	Salt [8]byte
	Sum  [sha256.Size]byte
}

func newSecret(random io.Reader, secret string) secretHash {
	h := secretHash{Set: true}
	_, _ = io.ReadFull(random, h.Salt[:]) // a cloud's source of ids never fails
	h.Sum = h.sum(secret)
	return h
}

func (h *secretHash) sum(secret string) [sha256.Size]byte {
	return sha256.Sum256(append(h.Salt[:len(h.Salt):len(h.Salt)], secret...))
}

// matches tells whether secret is the one; without a secret nothing is.
func (h *secretHash) matches(secret string) bool {
	sum := h.sum(secret)
	return h.Set && subtle.ConstantTimeCompare(sum[:], h.Sum[:]) == 1
}

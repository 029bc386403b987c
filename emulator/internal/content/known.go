package content

import (
	"crypto/md5"
	"crypto/sha512"
	"encoding"
	"encoding/hex"
	"fmt"
	"hash"
)

// Known is a digest of the first Size bytes of a Content that need not be computed any more. Contents that are kept
// elsewhere keep theirs beside them, so that nothing is hashed twice.
type Known struct {
	Size int64
	Sums Sums
	// MD5 and SHA512 are the states of the hashes, from which they go on when zeros are added. Without them the Sums hold
	// for just this size.
	MD5, SHA512 []byte
}

// Known lists what is known of the digests of c: its sums, and the latest state of its hashes, which may be of fewer
// bytes.
func (c Content) Known() []Known {
	if c.head == nil {
		return nil
	}
	m := c.head.known.before(c.size)
	sums, _ := c.head.known.at(c.size)
	switch {
	case m == nil && sums == nil:
		return nil
	case m == nil:
		return []Known{{Size: c.size, Sums: sums.sums}}
	}
	known := []Known{{Size: m.n, Sums: m.sums, MD5: stateOf(m.md5), SHA512: stateOf(m.sha512)}}
	if sums != nil && m.n != c.size {
		known = append(known, Known{Size: c.size, Sums: sums.sums})
	}
	return known
}

// Knowing returns c, with what is known of its digests. The caller vouches for the sums; c must not be in use yet. What
// is not of a digest of c is refused: one that ends before the last byte that is stored, or behind c.
func (c Content) Knowing(known ...Known) (Content, error) {
	if c.head == nil {
		c = Zeros(0)
	}
	for _, k := range known {
		if k.Size < c.head.end() || k.Size > c.size {
			return Content{}, fmt.Errorf("content: sums of %d bytes, of which %d to %d can have some", k.Size, c.head.end(), c.size)
		}
		if !isSum(k.Sums.MD5, md5.Size) || !isSum(k.Sums.SHA512, sha512.Size) {
			return Content{}, fmt.Errorf("content: sums of %d bytes that are none", k.Size)
		}
		m := &milestone{digest: &digest{n: k.Size}, sums: k.Sums}
		if len(k.MD5) > 0 || len(k.SHA512) > 0 {
			d := &digest{k.Size, md5.New().(hash.Cloner), sha512.New().(hash.Cloner)}
			if !takeState(d.md5, k.MD5) || !takeState(d.sha512, k.SHA512) || d.sums() != k.Sums {
				return Content{}, fmt.Errorf("content: the states of the hashes of %d bytes do not lead to their sums", k.Size)
			}
			m.digest = d
		}
		c.head.known.put(m)
	}
	return c, nil
}

func isSum(s string, size int) bool {
	b, err := hex.DecodeString(s)
	return err == nil && len(b) == size && hex.EncodeToString(b) == s
}

// stateOf returns nil if the hash cannot tell.
func stateOf(h hash.Hash) []byte {
	b, err := h.(encoding.BinaryMarshaler).MarshalBinary()
	if err != nil {
		return nil
	}
	return b
}

func takeState(h hash.Hash, state []byte) bool {
	return h.(encoding.BinaryUnmarshaler).UnmarshalBinary(state) == nil
}

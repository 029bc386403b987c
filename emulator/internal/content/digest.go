package content

import (
	"context"
	"crypto/md5"
	"crypto/sha512"
	_ "embed"
	"encoding"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"hash"
	"io"
)

//go:generate go run ./zeros -dir .

// The states of the hashes after each GiB of zeros, one behind the other. There may be any number of them.
//
//go:embed zeros.md5
var zerosMD5 string

//go:embed zeros.sha512
var zerosSHA512 string

// digest is how far both hashes have come.
type digest struct {
	n           int64 // bytes
	md5, sha512 hash.Cloner
}

// digestOfZeros returns the digest of as many zeros as the tables know, but not of more than n.
func digestOfZeros(n int64) *digest {
	gib := int(min(n>>30, int64(len(zerosMD5)/md5.Size), int64(len(zerosSHA512)/sha512.Size)))
	d := &digest{int64(gib) << 30, md5.New().(hash.Cloner), sha512.New().(hash.Cloner)}
	if gib > 0 && (!resume(d.md5, zerosMD5, gib) || !resume(d.sha512, zerosSHA512, gib)) {
		return digestOfZeros(0) // slower, and as right
	}
	return d
}

// resume puts a new hash where it stands after so many GiB of zeros, if it can.
func resume(h hash.Hash, table string, gib int) bool {
	// A marshalled hash is a magic of four bytes, the chaining state, what waits for a block to be filled (nothing
	// yet), and the number of bytes so far.
	b, err := h.(encoding.BinaryMarshaler).MarshalBinary()
	if err != nil {
		return false
	}
	size := h.Size()
	copy(b[4:], table[(gib-1)*size:gib*size])
	binary.BigEndian.PutUint64(b[len(b)-8:], uint64(gib)<<30)
	return h.(encoding.BinaryUnmarshaler).UnmarshalBinary(b) == nil
}

// clone returns a copy to go on with.
func (d *digest) clone() (*digest, error) {
	m, merr := d.md5.Clone()
	s, serr := d.sha512.Clone()
	return &digest{d.n, m, s}, errors.Join(merr, serr)
}

func (d *digest) sums() Sums {
	return Sums{MD5: hex.EncodeToString(d.md5.Sum(nil)), SHA512: hex.EncodeToString(d.sha512.Sum(nil))}
}

// add goes on to the end of c, whose first d.n bytes have been hashed. If it fails the digest is spoilt.
func (d *digest) add(ctx context.Context, c Content) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if c.size-d.n <= pageSize { // not worth two goroutines
		n, err := (&Reader{c, d.n}).WriteTo(io.MultiWriter(d.md5, d.sha512))
		d.n += n
		return err
	}
	f := newFeed(ctx, d)
	defer f.stop()
	page := f.page()
	for e := range c.extents(d.n, c.size-d.n) {
		if e.Blob == nil {
			f.zeros(e.Size)
			continue
		}
		for off := int64(0); off < e.Size; off += pageSize {
			if err := ctx.Err(); err != nil {
				return err
			}
			page.b = page.b[:min(pageSize, e.Size-off)]
			if err := readBlob(e.Blob, page.b, e.Offset+off); err != nil {
				return err
			}
			page = f.data(page)
		}
	}
	return f.finish()
}

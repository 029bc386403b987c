// Command zeros extends the tables of hash states that let the content engine skip runs of zeros.
//
//	go run ./emulator/internal/content/zeros [-gib 1024] [-dir emulator/internal/content]
//
// It writes two files, zeros.md5 (16 bytes an entry) and zeros.sha512 (64 bytes an entry). Entry i is the
// chaining state of the hash, big-endian as encoding.BinaryMarshaler gives it, after i+1 GiB of zeros. Both
// hashes run side by side; a run that was stopped goes on where its files end. 1024 GiB take about an hour.
package main

import (
	"bytes"
	"crypto/md5"
	"crypto/sha512"
	"encoding"
	"encoding/binary"
	"errors"
	"flag"
	"fmt"
	"hash"
	"os"
	"path/filepath"
)

const gib = 1 << 30

// digest says where a hash keeps its chaining state within its marshalled form:
// a four-byte magic, the state, one block of buffered input, and the length as eight bytes.
type digest struct {
	file      string
	new       func() hash.Hash
	magic     string
	stateSize int
	blockSize int
}

var digests = []digest{
	{"zeros.md5", md5.New, "md5\x01", 16, md5.BlockSize},
	{"zeros.sha512", sha512.New, "sha\x07", 64, sha512.BlockSize},
}

func main() {
	entries := flag.Int("gib", 1024, "length of the tables, in GiB of zeros")
	dir := flag.String("dir", "emulator/internal/content", "folder of the tables")
	flag.Parse()

	failed := make(chan error, len(digests))
	for _, d := range digests {
		go func() { failed <- d.extend(filepath.Join(*dir, d.file), *entries) }()
	}
	var errs []error
	for range digests {
		errs = append(errs, <-failed)
	}
	if err := errors.Join(errs...); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func (d digest) extend(path string, entries int) error {
	table, err := os.ReadFile(path)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	done := len(table) / d.stateSize
	h, err := d.resume(table[:done*d.stateSize], done)
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	out, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE, 0o644)
	if err != nil {
		return err
	}
	defer out.Close()

	zeros := make([]byte, 1<<20)
	for ; done < entries; done++ {
		for range gib / len(zeros) {
			h.Write(zeros)
		}
		marshalled, err := h.(encoding.BinaryMarshaler).MarshalBinary()
		if err != nil {
			return err
		}
		state := marshalled[len(d.magic) : len(d.magic)+d.stateSize]
		if _, err := out.WriteAt(state, int64(done*d.stateSize)); err != nil {
			return err
		}
		if (done+1)%64 == 0 {
			fmt.Printf("%s: %d of %d GiB\n", d.file, done+1, entries)
		}
	}
	return out.Close()
}

// resume returns the hash as it stood after the last of the done entries of the table.
func (d digest) resume(table []byte, done int) (hash.Hash, error) {
	h := d.new()
	if done == 0 {
		return h, nil
	}
	var b bytes.Buffer
	b.WriteString(d.magic)
	b.Write(table[len(table)-d.stateSize:])
	b.Write(make([]byte, d.blockSize))
	b.Write(binary.BigEndian.AppendUint64(nil, uint64(done)*gib))
	return h, h.(encoding.BinaryUnmarshaler).UnmarshalBinary(b.Bytes())
}

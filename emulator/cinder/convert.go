package cinder

import (
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/fauxstack/fauxstack/emulator/internal/content"
)

// Disk formats other than raw go through qemu-img, by way of files in the system's temporary directory, which are gone
// again when a conversion ends. Where qemu-img is not installed such conversions fail, as they do upstream.

// maxConversion is how long one conversion may take.
const maxConversion = 10 * time.Minute

// asRaw reads an image of a disk format as the bytes of a volume of so many GiB.
func (s *Service) asRaw(ctx context.Context, r io.Reader, img image, format string, size int) (content.Content, error) {
	limit := content.AtMost(int64(size) * gib)
	if img.ContainerFormat != nil && *img.ContainerFormat == "compressed" {
		if !s.cfg.AllowCompressionOnImageUpload {
			return content.Content{}, &unusableImage{cause: errors.New("image compression disallowed, but container_format is compressed")}
		}
		unzipped, err := gzip.NewReader(r)
		if err != nil {
			return content.Content{}, &unusableImage{cause: err}
		}
		r = unzipped
	}
	switch format {
	case "raw", "iso", "ami", "ari", "aki":
		bytes, err := content.Keep(ctx, s.blobs, r, limit)
		var tooLarge *content.TooLargeError
		if errors.As(err, &tooLarge) {
			err = &unusableImage{cause: err}
		}
		return bytes, err
	}
	dir, err := os.MkdirTemp("", "fauxstack-image-*")
	if err != nil {
		return content.Content{}, err
	}
	defer os.RemoveAll(dir)
	in, out := filepath.Join(dir, "in"), filepath.Join(dir, "out")
	if err := writeFile(in, r, int64(size)*gib); err != nil {
		return content.Content{}, err
	}
	if err := checkImageFile(ctx, in, format, size); err != nil {
		return content.Content{}, &unusableImage{cause: err}
	}
	if err := qemuImg(ctx, nil, "convert", "-O", "raw", "-f", qemuFormat(format), in, out); err != nil {
		return content.Content{}, &unusableImage{cause: err}
	}
	return readFile(ctx, s.blobs, out, limit)
}

// fromRaw turns a volume's bytes into an image of a disk format, and of a container format.
func (s *Service) fromRaw(ctx context.Context, bytes content.Content, format, container string) (content.Content, error) {
	if format != "raw" {
		dir, err := os.MkdirTemp("", "fauxstack-volume-*")
		if err != nil {
			return content.Content{}, err
		}
		defer os.RemoveAll(dir)
		in, out := filepath.Join(dir, "in"), filepath.Join(dir, "out")
		if err := writeSparse(in, bytes); err != nil {
			return content.Content{}, err
		}
		args := []string{"convert", "-O", qemuFormat(format)}
		if format == "qcow2" {
			args = append(args, "-c") // cinder.conf's image_compress_on_upload
		}
		if err := qemuImg(ctx, nil, append(args, "-f", "raw", in, out)...); err != nil {
			return content.Content{}, err
		}
		if bytes, err = readFile(ctx, s.blobs, out); err != nil {
			return content.Content{}, err
		}
	}
	if container == "compressed" {
		return gzipped(ctx, s.blobs, bytes)
	}
	return bytes, nil
}

// qemuFormat is qemu-img's name of a disk format.
func qemuFormat(format string) string {
	switch format {
	case "vhd":
		return "vpc"
	case "ploop":
		return "parallels"
	}
	return format
}

// qemuImg runs qemu-img; out receives what it prints.
func qemuImg(ctx context.Context, out io.Writer, args ...string) error {
	ctx, cancel := context.WithTimeout(ctx, maxConversion)
	defer cancel()
	cmd := exec.CommandContext(ctx, "qemu-img", args...)
	var complaint strings.Builder
	cmd.Stdout, cmd.Stderr = out, &limitedWriter{&complaint, 4 << 10}
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("qemu-img %s: %w: %s", args[0], err, strings.TrimSpace(complaint.String()))
	}
	return nil
}

// limitedWriter keeps the first bytes and drops the rest.
type limitedWriter struct {
	to   io.Writer
	left int
}

func (w *limitedWriter) Write(p []byte) (int, error) {
	keep := p[:min(len(p), w.left)]
	w.left -= len(keep)
	if _, err := w.to.Write(keep); err != nil {
		return 0, err
	}
	return len(p), nil
}

// checkImageFile refuses images that do not fit, and those that lean on another file.
func checkImageFile(ctx context.Context, path, format string, size int) error {
	var out strings.Builder
	if err := qemuImg(ctx, &limitedWriter{&out, 1 << 20}, "info", "--output=json", "-f", qemuFormat(format), path); err != nil {
		return err
	}
	var info struct {
		VirtualSize int64  `json:"virtual-size"`
		Backing     string `json:"backing-filename"`
		Specific    struct {
			Data struct {
				DataFile string `json:"data-file"`
			} `json:"data"`
		} `json:"format-specific"`
	}
	if err := json.Unmarshal([]byte(out.String()), &info); err != nil {
		return fmt.Errorf("qemu-img info: %w", err)
	}
	switch {
	case info.Backing != "" || info.Specific.Data.DataFile != "":
		return fmt.Errorf("fmt=%s backed by another file", format)
	case inGiB(info.VirtualSize) > int64(size):
		return tooBig("", inGiB(info.VirtualSize), size)
	}
	return nil
}

// writeFile keeps a stream of at most so many bytes, and the overhead that formats have.
func writeFile(path string, r io.Reader, limit int64) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	limit += limit/8 + 64<<20
	n, err := io.Copy(f, io.LimitReader(r, limit+1))
	if err == nil && n > limit {
		err = &unusableImage{cause: fmt.Errorf("more than %d bytes", limit)}
	}
	return errors.Join(err, f.Close())
}

// writeSparse keeps a volume's bytes; its zeros take no room.
func writeSparse(path string, bytes content.Content) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	err = f.Truncate(bytes.Size())
	at := int64(0)
	for _, e := range bytes.Extents() {
		if e.Blob != nil && err == nil {
			_, err = io.Copy(io.NewOffsetWriter(f, at), io.NewSectionReader(e.Blob, e.Offset, e.Size))
		}
		at += e.Size
	}
	return errors.Join(err, f.Close())
}

func readFile(ctx context.Context, blobs content.Store, path string, options ...content.SpoolOption) (content.Content, error) {
	f, err := os.Open(path)
	if err != nil {
		return content.Content{}, err
	}
	defer f.Close()
	return content.Keep(ctx, blobs, f, options...)
}

// gzipped compresses bytes.
func gzipped(ctx context.Context, blobs content.Store, bytes content.Content) (content.Content, error) {
	r, w := io.Pipe()
	defer r.Close() // ends the goroutine, should Spool give up early
	go func() {
		z := gzip.NewWriter(w)
		_, err := bytes.NewReader().WriteTo(z)
		w.CloseWithError(errors.Join(err, z.Close()))
	}()
	return content.Keep(ctx, blobs, r)
}

package steps

import (
	"bytes"
	"context"
	"crypto/md5"
	"crypto/sha512"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"net/http"
	"strings"

	"github.com/gophercloud/gophercloud/v2"
)

func (w *World) imageDataSteps(sc registrar) {
	step(sc, `an active image {string} with the data {string}`, w.givenActiveImage)
	step(sc, `an active image {string} with the data {string} in the store {string}`, w.givenActiveImageIn)
	step(sc, `{who} sends? the data {string} to the image {string}`, w.sendData)
	step(sc, `{who} sends? the data {string} to the image {string} in the store {string}`, w.sendDataTo)
	step(sc, `{who} sends? the data {string} to the image {string} as {string}`, w.sendDataAs)
	step(sc, `{who} sends? the data {string} to the image {string} in the store {string} as {string}`, w.sendDataToAs)
	step(sc, `{who} sends? the data {string} to the image {string}, as soon as it takes any`, w.sendDataSoon)
	step(sc, `{who} breaks? off half way of sending data to the image {string}`, w.breakOff)
	step(sc, `the image {string} holds the data {string}`, w.holdsData)
	step(sc, `the image {string} holds the data {string} and zeros up to {int} GiB`, w.holdsDataAndZeros)
	step(sc, `the image {string} holds {int} GiB of zeros`, w.holdsZeros)
	step(sc, `the image {string} is described as {int} GiB of zeros`, w.describedAsZeros)
	step(sc, `{who} downloads? the image {string}`, w.download)
	step(sc, `{who} downloads? the image {string} from the stores {string}`, w.downloadFrom)
	step(sc, `{who} downloads? {string} of the image {string}`, w.downloadRange)
	step(sc, `what came is {string}`, w.whatCame)
	step(sc, `nothing came`, w.nothingCame)
}

// gib is the unit of volume sizes, in bytes.
const gib = 1 << 30

// The checksum and the hash of a GiB of zeros.
const (
	blankMD5    = "cd573cfaace07e7949bc0c46028904ff"
	blankSHA512 = "c5041ae163cf0f65600acfe7f6a63f212101687d41a57a4e18ffd2a07a452cd8175b8f5a4868dd2330bfe5ae123f18216bdbc9e0f80d131e64b94913a7b40bb5"
)

// givenActiveImage is
//
//	Given an active image "golden" with the data "hello"
//
// mine, in the default store.
func (w *World) givenActiveImage(ctx context.Context, name, data string) error {
	return w.givenActiveImageIn(ctx, name, data, "")
}

// givenActiveImageIn is
//
//	Given an active image "golden" with the data "hello" in the store "cheap"
func (w *World) givenActiveImageIn(ctx context.Context, name, data, id string) error {
	if err := w.givenImage(ctx, name); err != nil {
		return err
	}
	return w.sendDataTo(ctx, "I", data, name, id)
}

// sendData is
//
//	When I send the data "hello" to the image "golden"
func (w *World) sendData(ctx context.Context, who, data, name string) error {
	return w.sendDataTo(ctx, who, data, name, "")
}

// sendDataTo is
//
//	When I send the data "hello" to the image "golden" in the store "cheap"
func (w *World) sendDataTo(ctx context.Context, who, data, name, id string) error {
	header := map[string]string{"Content-Type": "application/octet-stream"}
	if id != "" {
		header["X-Image-Meta-Store"] = id
	}
	return w.putData(ctx, act(who), name, strings.NewReader(data), header)
}

// sendDataAs is
//
//	When I try to send the data "hello" to the image "golden" as "text/plain"
func (w *World) sendDataAs(ctx context.Context, who, data, name, contentType string) error {
	return w.putData(ctx, act(who), name, strings.NewReader(data), map[string]string{"Content-Type": contentType})
}

// sendDataToAs is
//
//	When I try to send the data "hello" to the image "golden" in the store "cheap" as "text/plain"
func (w *World) sendDataToAs(ctx context.Context, who, data, name, id, contentType string) error {
	header := map[string]string{"Content-Type": contentType, "X-Image-Meta-Store": id}
	return w.putData(ctx, act(who), name, strings.NewReader(data), header)
}

func (w *World) putData(ctx context.Context, who actor, name string, data io.Reader, header map[string]string) error {
	c, id, err := w.imageOf(ctx, who.person, name)
	if err != nil {
		return err
	}
	_, err = c.Put(ctx, c.ServiceURL("images", id, "file"), data, nil, &gophercloud.RequestOpts{
		OkCodes: []int{http.StatusNoContent}, MoreHeaders: header,
	})
	return w.did(who, err)
}

// sendDataSoon is
//
//	When I send the data "hello" to the image "golden", as soon as it takes any
//
// which is when Glance has noticed that whoever was sending it has broken off.
func (w *World) sendDataSoon(ctx context.Context, who, data, name string) error {
	return w.await(ctx, fmt.Sprintf("the image %q takes data", name), func(ctx context.Context) (bool, string, error) {
		err := w.sendData(ctx, who, data, name)
		var refused gophercloud.ErrUnexpectedResponseCode
		if errors.As(err, &refused) && refused.Actual == http.StatusConflict {
			return false, string(refused.Body), nil
		}
		return err == nil, "", err
	})
}

// errBrokenOff is what a sender's connection breaks with.
var errBrokenOff = errors.New("the sender broke off")

// broken gives some data and then breaks off, as a connection does. It has no length, so that it is sent in chunks.
type broken struct{ left int }

func (b *broken) Read(p []byte) (int, error) {
	if b.left == 0 {
		return 0, errBrokenOff
	}
	n := min(len(p), b.left)
	clear(p[:n])
	b.left -= n
	return n, nil
}

// breakOff is
//
//	When I break off half way of sending data to the image "golden"
func (w *World) breakOff(ctx context.Context, who, name string) error {
	err := w.putData(ctx, act(who), name, &broken{left: 300_000}, map[string]string{"Content-Type": "application/octet-stream"})
	if err == nil {
		return errors.New("Glance took half an image for a whole one")
	}
	return nil
}

// download is what came of a download.
type download struct {
	status int
	header http.Header
	data   []byte // the first KiB
	size   int64
}

// download is
//
//	When I download the image "golden"
func (w *World) download(ctx context.Context, who, name string) error {
	return w.fetch(ctx, act(who), name, "", nil)
}

// downloadFrom is
//
//	When I download the image "golden" from the stores "cheap, fast"
//
// in this order of preference.
func (w *World) downloadFrom(ctx context.Context, who, name, stores string) error {
	return w.fetch(ctx, act(who), name, "?prefer="+strings.Join(words(stores), ","), nil)
}

// downloadRange is
//
//	When I download "bytes=1-3" of the image "golden"
func (w *World) downloadRange(ctx context.Context, who, span, name string) error {
	return w.fetch(ctx, act(who), name, "", map[string]string{"Range": span})
}

func (w *World) fetch(ctx context.Context, who actor, name, query string, header map[string]string) error {
	resp, err := w.openData(ctx, who, name, query, header)
	if err != nil {
		return w.did(who, err)
	}
	defer resp.Body.Close()
	w.fetched = download{status: resp.StatusCode, header: resp.Header}
	if w.fetched.data, err = io.ReadAll(io.LimitReader(resp.Body, 1024)); err != nil {
		return err
	}
	rest, err := io.Copy(io.Discard, resp.Body)
	if err != nil {
		return err
	}
	w.fetched.size = int64(len(w.fetched.data)) + rest
	return w.did(who, nil)
}

func (w *World) openData(ctx context.Context, who actor, name, query string, header map[string]string) (*http.Response, error) {
	c, id, err := w.imageOf(ctx, who.person, name)
	if err != nil {
		return nil, err
	}
	return c.Get(ctx, c.ServiceURL("images", id, "file")+query, nil, &gophercloud.RequestOpts{
		OkCodes: []int{http.StatusOK, http.StatusPartialContent, http.StatusNoContent}, MoreHeaders: header, KeepResponseBody: true,
	})
}

// whatCame is
//
//	Then what came is "hello"
//
// in the last download.
func (w *World) whatCame(data string) error { return same("the data", data, string(w.fetched.data)) }

// nothingCame is
//
//	Then nothing came
//
// in the last download: 204, as for an image without data.
func (w *World) nothingCame() error {
	if w.fetched.status != http.StatusNoContent || w.fetched.size != 0 {
		return fmt.Errorf("it answered %d with %d bytes", w.fetched.status, w.fetched.size)
	}
	return nil
}

// holdsData is
//
//	Then the image "golden" holds the data "hello"
//
// Its data is downloaded; its size, checksum and hash, and the download's Content-MD5, must be the data's.
func (w *World) holdsData(ctx context.Context, name, data string) error {
	return w.holds(ctx, name, strings.NewReader(data))
}

// holdsDataAndZeros is
//
//	Then the image "golden" holds the data "hello" and zeros up to 1 GiB
func (w *World) holdsDataAndZeros(ctx context.Context, name, data string, size int) error {
	zeros := io.LimitReader(zero{}, int64(size)*gib-int64(len(data)))
	return w.holds(ctx, name, io.MultiReader(strings.NewReader(data), zeros))
}

// holdsZeros is
//
//	Then the image "golden" holds 1 GiB of zeros
//
// It downloads them all; where the checksum is enough, say "is described as".
func (w *World) holdsZeros(ctx context.Context, name string, size int) error {
	if err := w.describedAsZeros(ctx, name, size); err != nil {
		return err
	}
	_, err := w.compare(ctx, name, io.LimitReader(zero{}, int64(size)*gib))
	return err
}

// zero reads as zeros without end.
type zero struct{}

func (zero) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}

// facts are what Glance tells of an image's data.
type facts struct{ Size, Checksum, HashAlgo, HashValue string }

func (w *World) facts(ctx context.Context, name string) (facts, error) {
	img, err := w.image(ctx, name)
	return facts{cellOf(img, "size"), cellOf(img, "checksum"), cellOf(img, "os_hash_algo"), cellOf(img, "os_hash_value")}, err
}

func (w *World) holds(ctx context.Context, name string, data io.Reader) error {
	checksum, hashed := md5.New(), sha512.New()
	size, err := w.compare(ctx, name, io.TeeReader(data, io.MultiWriter(checksum, hashed)))
	if err != nil {
		return err
	}
	told, err := w.facts(ctx, name)
	if err != nil {
		return err
	}
	return same("what Glance tells of the data", facts{fmt.Sprint(size), sum(checksum), "sha512", sum(hashed)}, told)
}

func sum(h hash.Hash) string { return hex.EncodeToString(h.Sum(nil)) }

// compare downloads an image and compares its data, byte by byte, and its Content-MD5 with its checksum. It returns how
// many bytes there are.
func (w *World) compare(ctx context.Context, name string, want io.Reader) (int64, error) {
	resp, err := w.openData(ctx, administrator, name, "", nil)
	if err != nil {
		return 0, err
	}
	defer resp.Body.Close()
	told, err := w.facts(ctx, name)
	if err != nil {
		return 0, err
	}
	if err := same("the download's Content-MD5", told.Checksum, resp.Header.Get("Content-MD5")); err != nil {
		return 0, err
	}
	var size int64
	ours, theirs := make([]byte, 256<<10), make([]byte, 256<<10)
	for {
		n, err := io.ReadFull(want, ours)
		if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
			return 0, err
		}
		m, got := io.ReadFull(resp.Body, theirs)
		if got != nil && !errors.Is(got, io.EOF) && !errors.Is(got, io.ErrUnexpectedEOF) {
			return 0, got
		}
		if !bytes.Equal(ours[:n], theirs[:m]) {
			return 0, fmt.Errorf("the data differs between byte %d and byte %d", size, size+int64(max(n, m)))
		}
		size += int64(n)
		if n < len(ours) {
			return size, nil
		}
	}
}

// describedAsZeros is
//
//	Then the image "golden" is described as 1 GiB of zeros
//
// by its size and checksum; nothing is downloaded. Only the checksum of 1 GiB is known.
func (w *World) describedAsZeros(ctx context.Context, name string, size int) error {
	if size != 1 {
		return fmt.Errorf("the checksum of %d GiB of zeros is not known", size)
	}
	told, err := w.facts(ctx, name)
	if err != nil {
		return err
	}
	return same("what Glance tells of the data", facts{fmt.Sprint(gib), blankMD5, "sha512", blankSHA512}, told)
}

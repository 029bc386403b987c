package steps

import (
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

	"github.com/cucumber/godog"
	"github.com/gophercloud/gophercloud/v2"
)

func (w *World) imageDataSteps(sc *godog.ScenarioContext) {
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

// blankGiB is the MD5 of a GiB of zeros.
const blankGiB = "cd573cfaace07e7949bc0c46028904ff"

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
	status      int
	header      http.Header
	size        int64
	md5, sha512 string
	head        string // the first bytes
}

// digest reads a stream for its size, hashes and first bytes.
func digest(from io.Reader) (d download, err error) {
	var head strings.Builder
	sums := []hash.Hash{md5.New(), sha512.New()}
	d.size, err = io.Copy(io.MultiWriter(sums[0], sums[1], &firstBytes{to: &head}), from)
	d.md5, d.sha512, d.head = sum(sums[0]), sum(sums[1]), head.String()
	return d, err
}

func sum(h hash.Hash) string { return hex.EncodeToString(h.Sum(nil)) }

// firstBytes keeps the first KiB of what is written to it.
type firstBytes struct{ to *strings.Builder }

func (f *firstBytes) Write(p []byte) (int, error) {
	if left := 1024 - f.to.Len(); left > 0 {
		f.to.Write(p[:min(left, len(p))])
	}
	return len(p), nil
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
	c, id, err := w.imageOf(ctx, who.person, name)
	if err != nil {
		return err
	}
	resp, err := c.Get(ctx, c.ServiceURL("images", id, "file")+query, nil, &gophercloud.RequestOpts{
		OkCodes: []int{http.StatusOK, http.StatusPartialContent, http.StatusNoContent}, MoreHeaders: header, KeepResponseBody: true,
	})
	if err != nil {
		return w.did(who, err)
	}
	defer resp.Body.Close()
	w.fetched, err = digest(resp.Body)
	w.fetched.status, w.fetched.header = resp.StatusCode, resp.Header
	if err != nil {
		return err
	}
	return w.did(who, nil)
}

// whatCame is
//
//	Then what came is "hello"
//
// in the last download.
func (w *World) whatCame(data string) error { return same("the data", data, w.fetched.head) }

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
	return w.holdsDataAndZeros(ctx, name, "", size)
}

// zero reads as zeros without end.
type zero struct{}

func (zero) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}

func (w *World) holds(ctx context.Context, name string, data io.Reader) error {
	want, err := digest(data)
	if err != nil {
		return err
	}
	if err := w.download(ctx, "the administrator", name); err != nil {
		return err
	}
	got := w.fetched
	img, err := w.image(ctx, name)
	if err != nil {
		return err
	}
	type facts struct {
		Size                                     string
		MD5, SHA512, Checksum, HashAlgo, HashSum string
		ContentMD5                               string
	}
	return same("the image's data", facts{
		Size: fmt.Sprint(want.size), MD5: want.md5, SHA512: want.sha512, Checksum: want.md5, HashAlgo: "sha512",
		HashSum: want.sha512, ContentMD5: want.md5,
	}, facts{
		Size: cellOf(img, "size"), MD5: got.md5, SHA512: got.sha512, Checksum: cellOf(img, "checksum"),
		HashAlgo: cellOf(img, "os_hash_algo"), HashSum: cellOf(img, "os_hash_value"), ContentMD5: got.header.Get("Content-MD5"),
	})
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
	img, err := w.image(ctx, name)
	if err != nil {
		return err
	}
	return same("the image's description", []string{fmt.Sprint(gib), blankGiB, "sha512"},
		[]string{cellOf(img, "size"), cellOf(img, "checksum"), cellOf(img, "os_hash_algo")})
}

package glance

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/fauxstack/fauxstack/emulator/glance/stores"
	"github.com/fauxstack/fauxstack/emulator/internal/content"
	"github.com/fauxstack/fauxstack/emulator/internal/fail"
	"github.com/fauxstack/fauxstack/emulator/internal/fault"
	"github.com/fauxstack/fauxstack/emulator/internal/sim"
	"github.com/fauxstack/fauxstack/emulator/internal/state"
)

// The jobs of an import: its beginning, and then each store in its turn.
const (
	kindImport      = "glance.image.import"
	kindImportStore = "glance.image.import_store"
)

// Transitions lists the background work, for whoever sets how long it takes.
func Transitions() []sim.Transition {
	return []sim.Transition{
		{Name: kindImport, Does: "an import begins"},
		{Name: kindImportDownload, Does: "an import fetches its data from elsewhere"},
		{Name: kindImportStore, Does: "an import puts an image's data into the next of its stores"},
		{Name: kindTask, Does: "a task that was made by itself is worked on"},
		{Name: kindLocation, Does: "an image gets the data of a location that was added"},
		{Name: kindCache, Does: "an image gets into the cache"},
	}
}

// importJob is the next step of an import's task.
type importJob struct {
	Task string
	At   int // which of the task's stores
}

func (s *Service) declareJobs() {
	sim.On(s.queue, kindImport, s.beginImport)
	sim.On(s.queue, kindImportDownload, s.importDownload)
	sim.On(s.queue, kindTask, s.runTask)
	sim.On(s.queue, kindCache, s.fillCache)
	sim.On(s.queue, kindLocation, s.addLocation)
	sim.On(s.queue, kindImportStore, s.importStore)
	sim.Lasting(s.queue, kindImportDownload)
	sim.Lasting(s.queue, kindImportStore)
	sim.Lasting(s.queue, kindTask)
	sim.Lasting(s.queue, kindLocation)
}

// What upstream's tasks tell of their failures: nothing, mostly.
const (
	taskCrashed = "Task failed due to Internal Error"
	taskAborted = "Task was aborted externally" // the image was not locked for the task any more when it began
)

// beginImport makes the image tell which stores it goes to. The data of an active image is staged for them first.
func (s *Service) beginImport(ctx context.Context, job importJob) error {
	finished := false
	err := s.db.Update(func(tx *state.Tx) error {
		t, ok := s.tasks.Get(tx, job.Task)
		if !ok || t.Status != TaskPending {
			return nil
		}
		i, ok := s.lockedBy(tx, &t)
		if !ok {
			s.failTask(tx, t, taskAborted)
			return nil
		}
		if sim.Failure(ctx) != nil { // async_/flows/api_image_import.py, _ImageLock.revert
			i.unlock()
			s.saveImport(tx, &i)
			s.failTask(tx, t, taskCrashed)
			return nil
		}
		if t.Method != methodCopy && i.move(StatusImporting) != nil {
			s.failTask(tx, t, taskCrashed)
			return nil
		}
		t.Status, t.UpdatedAt = TaskProcessing, s.clock.Now()
		s.tasks.Put(tx, t)
		i.setProperty(importingTo, withStores(i.Properties[importingTo], t.Stores...))
		i.setProperty(failedImport, withoutStores(i.Properties[failedImport], t.Stores...))
		if distinct := slices.Compact(slices.Sorted(slices.Values(t.Stores))); len(distinct) < len(t.Stores) {
			// Quirk: upstream cannot make its plan of a store that is named twice, and forgets to unlock the image (reference).
			s.saveImport(tx, &i)
			s.failTask(tx, t, taskCrashed)
			return nil
		}
		if over := s.checkImport(tx, &t, &i); over != nil {
			i.setProperty(importingTo, withoutStores(i.Properties[importingTo], t.Stores...))
			if i.Status == StatusImporting {
				_ = i.move(StatusQueued) // from "importing" it can
			}
			i.unlock()
			s.saveImport(tx, &i)
			s.failTask(tx, t, fail.As(over).Text)
			return nil
		}
		if t.Method == methodCopy && i.Staged == nil {
			from, ok := s.readable(tx, &i)
			if !ok {
				i.unlock()
				s.saveImport(tx, &i)
				s.failTask(tx, t, taskCrashed)
				return nil
			}
			i.Staged = &stores.Object{Name: i.ID, Content: from.Object.Content}
		}
		s.saveImport(tx, &i)
		if finished = len(t.Stores) == 0 && !downloads(t.Method); finished {
			return nil
		}
		if downloads(t.Method) {
			s.queue.Begin(tx, kindImportDownload, job)
		} else {
			s.queue.Begin(tx, kindImportStore, job)
		}
		return nil
	})
	if finished {
		err = s.finishImport(ctx, job.Task)
	}
	return err
}

// importStore puts the data into one store. Where all must succeed, the first failure is the end of the import.
func (s *Service) importStore(ctx context.Context, job importJob) error {
	view := s.db.View()
	t, i, ok := s.importing(view, job.Task)
	if !ok {
		return s.abandonImport(job.Task)
	}
	id := t.Stores[job.At]
	got, refused := s.storeStaged(ctx, view, &i, id)
	if refused != nil && t.MustSucceed {
		return errors.Join(refused, s.revertImport(ctx, t.ID, job.At+1, id))
	}
	last := job.At == len(t.Stores)-1
	lost := false
	err := s.db.Update(func(tx *state.Tx) error {
		t, i, ok := s.importing(tx, job.Task)
		if lost = !ok; lost {
			return nil
		}
		if refused == nil {
			t.Message = fmt.Sprintf("Copied %d MiB", got.Object.Content.Size()>>20)
			t.UpdatedAt = s.clock.Now()
			s.tasks.Put(tx, t)
			i.gain(got)
			if i.Status == StatusImporting && (last || !t.MustSucceed) {
				i.Status = StatusActive
			}
		} else if id != "" {
			i.setProperty(failedImport, withStores(i.Properties[failedImport], id))
		}
		i.setProperty(importingTo, withoutStores(i.Properties[importingTo], id))
		s.saveImport(tx, &i)
		if !last {
			s.queue.Begin(tx, kindImportStore, importJob{job.Task, job.At + 1})
		}
		return nil
	})
	switch {
	case lost:
		if refused == nil {
			s.discard(ctx, got.Location)
		}
		return errors.Join(err, s.abandonImport(job.Task))
	case last:
		return errors.Join(err, refused, s.finishImport(ctx, job.Task))
	}
	return errors.Join(err, refused)
}

// storedData is data that has come into a store.
type storedData struct {
	Location
	sums    content.Sums
	virtual int64 // 0 when the size of the disk cannot be told
}

// gain gives the image its data, or another place of it.
func (i *Image) gain(d storedData) {
	if i.Checksum != "" {
		i.Locations = append(i.Locations[:len(i.Locations):len(i.Locations)], d.Location)
		return
	}
	i.hold(d.Location, d.sums)
	if d.virtual > 0 {
		i.VirtualSize = &d.virtual
	}
}

// errStaging is the failure of an import to go where the data comes from, or without data.
var errStaging = errors.New("glance: no data in the staging area, or it is there already")

// storeStaged puts the staged data into a store.
func (s *Service) storeStaged(ctx context.Context, r state.Reader, i *Image, id string) (storedData, error) {
	if err := sim.Failure(ctx); err != nil {
		return storedData{}, err
	}
	target, ok := s.store(r, id)
	if id == "" {
		target, ok = s.store(r, s.defaultStore(r))
		target.ID = ""
	}
	if !ok || s.faults.StoreGone(fault.Use{Store: target.ID, Image: i.ID}) {
		return storedData{}, noStore(id)
	}
	if i.Staged == nil || id == stagingStore {
		return storedData{}, errStaging
	}
	data := i.Staged.Content
	if err := s.checkStorage(r, i.Owner, i.ID, data.Size()); err != nil {
		return storedData{}, err
	}
	got, err := s.keep(ctx, target, i.ID, data.NewReader(), data.Size())
	if err != nil {
		return storedData{}, err
	}
	d := storedData{Location: Location{Store: target.ID, Object: got.Object}, sums: got.sums}
	if d.virtual, err = s.inspect(i, got.Content); err != nil {
		s.discardFrom(ctx, target, got.Object)
	}
	return d, err
}

// finishImport is the end of an import that has been to all its stores. One that left the image without data fails.
func (s *Service) finishImport(ctx context.Context, task string) error {
	failed := false
	err := s.db.Update(func(tx *state.Tx) error {
		t, i, ok := s.importing(tx, task)
		if !ok {
			return nil
		}
		i.Staged = nil
		if failed = i.Status != StatusActive; failed {
			if t.Method != methodCopy {
				_ = i.move(StatusQueued) // from "importing" it can
			}
			s.saveImport(tx, &i)
			return nil
		}
		i.unlock()
		s.saveImport(tx, &i)
		t.Result = &taskResult{ImageID: i.ID}
		s.endTask(tx, t, TaskSuccess)
		return nil
	})
	if failed {
		err = errors.Join(err, s.revertImport(ctx, task, -1, ""))
	}
	return err
}

// revertImport takes the data out of the first stores again, of all with a negative count, and puts the blame on one, if
// on any.
// Quirk: an image whose import failed in a store that had to succeed stays "importing" for ever (reference).
func (s *Service) revertImport(ctx context.Context, task string, count int, blamed string) error {
	var gone []Location
	err := s.db.Update(func(tx *state.Tx) error {
		t, i, ok := s.importing(tx, task)
		if !ok {
			return nil
		}
		reverted := t.Stores
		if count >= 0 {
			reverted = t.Stores[:count]
		}
		kept := slices.DeleteFunc(slices.Clone(i.Locations), func(l Location) bool { return slices.Contains(reverted, l.Store) })
		if len(kept) < len(i.Locations) {
			for _, l := range i.Locations {
				if slices.Contains(reverted, l.Store) {
					gone = append(gone, l)
				}
			}
			if i.Locations = kept; len(kept) == 0 {
				i.Size, i.Checksum, i.HashAlgo, i.HashValue = nil, "", "", ""
			}
		}
		i.setProperty(importingTo, withoutStores(i.Properties[importingTo], reverted...))
		i.setProperty(failedImport, withStores(i.Properties[failedImport], blamed))
		i.unlock()
		s.saveImport(tx, &i)
		s.failTask(tx, t, taskCrashed)
		return nil
	})
	for _, l := range gone {
		s.discard(ctx, l)
	}
	return err
}

// abandonImport ends the task of an import whose image is gone, or is another's task's now.
func (s *Service) abandonImport(task string) error {
	return s.db.Update(func(tx *state.Tx) error {
		if t, ok := s.tasks.Get(tx, task); ok {
			s.failTask(tx, t, taskCrashed)
		}
		return nil
	})
}

// importing finds a task that is at work, and its image.
func (s *Service) importing(r state.Reader, task string) (Task, Image, bool) {
	t, ok := s.tasks.Get(r, task)
	if !ok || t.Status != TaskProcessing {
		return t, Image{}, false
	}
	i, ok := s.lockedBy(r, &t)
	return t, i, ok
}

// lockedBy finds a task's image, if it is still locked by it.
func (s *Service) lockedBy(r state.Reader, t *Task) (Image, bool) {
	i, ok := s.images.Get(r, t.ImageID)
	return i, ok && i.Status != StatusDeleted && i.Properties[importLock] == t.ID
}

func (s *Service) saveImport(tx *state.Tx, i *Image) {
	i.UpdatedAt = s.clock.Now()
	s.images.Put(tx, *i)
}

package cinder

// messageAction is what was going on when a message was written, messageDetail what went wrong with it; both are
// upstream's ids (message/message_field.py).
type (
	messageAction string
	messageDetail string
)

// The actions and details of which messages are written here.
const (
	actionScheduleAllocateVolume  messageAction = "001"
	actionAttachVolume            messageAction = "002"
	actionCopyVolumeToImage       messageAction = "003"
	actionUpdateAttachment        messageAction = "004"
	actionCopyImageToVolume       messageAction = "005"
	actionUnmanageVolume          messageAction = "006"
	actionExtendVolume            messageAction = "007"
	actionCreateVolumeFromBackend messageAction = "008"
	actionSnapshotCreate          messageAction = "009"
	actionSnapshotDelete          messageAction = "010"
	actionBackupCreate            messageAction = "013"
	actionBackupDelete            messageAction = "014"
	actionBackupRestore           messageAction = "015"
	actionReimageVolume           messageAction = "016"

	detailUnknownError            messageDetail = "001"
	detailDriverNotInitialized    messageDetail = "002"
	detailNoBackendAvailable      messageDetail = "003"
	detailFailedToUploadVolume    messageDetail = "004"
	detailQuotaExceeded           messageDetail = "006"
	detailUnmanageEncrypted       messageDetail = "008"
	detailNotifyComputeFailed     messageDetail = "009"
	detailDriverFailedExtend      messageDetail = "010"
	detailDriverFailedCreate      messageDetail = "012"
	detailSnapshotCreate          messageDetail = "013"
	detailSnapshotDelete          messageDetail = "016"
	detailBackupCreateDriver      messageDetail = "020"
	detailBackupSchedule          messageDetail = "024"
	detailBackupDeleteDriver      messageDetail = "025"
	detailBackupRestoreDriver     messageDetail = "026"
	detailVolumeInvalidState      messageDetail = "027"
	detailReimageVolumeFailed     messageDetail = "028"
	detailImageFormatUnacceptable messageDetail = "029"
)

// text is what users read of an action.
func (a messageAction) text() string {
	texts := map[messageAction]string{
		"001": "schedule allocate volume",
		"002": "attach volume",
		"003": "copy volume to image",
		"004": "update attachment",
		"005": "copy image to volume",
		"006": "unmanage volume",
		"007": "extend volume",
		"008": "create volume from backend storage",
		"009": "create snapshot",
		"010": "delete snapshot",
		"011": "update snapshot",
		"012": "update snapshot metadata",
		"013": "create backup",
		"014": "delete backup",
		"015": "restore backup",
		"016": "reimage volume",
	}
	if text, ok := texts[a]; ok {
		return text
	}
	return "unknown action"
}

// text is what users read of a detail.
func (d messageDetail) text() string {
	texts := map[messageDetail]string{
		"001": "An unknown error occurred.",
		"002": "Driver is not initialized at present.",
		"003": "Could not find any available weighted backend.",
		"004": "Failed to upload volume to image at backend.",
		"005": "Volume's attach mode is invalid.",
		"006": "Not enough quota resource for operation.",
		"007": "Image used for creating volume exceeds available space.",
		"008": "Unmanaging encrypted volumes is not supported.",
		"009": "Compute service failed to extend volume.",
		"010": "Volume Driver failed to extend volume.",
		"011": "Image signature verification failed.",
		"012": "Driver failed to create the volume.",
		"013": "Snapshot failed to create.",
		"014": "Volume snapshot update metadata failed.",
		"015": "Snapshot is busy.",
		"016": "Snapshot failed to delete.",
		"017": "Backup status is invalid.",
		"018": "Backup service is down.",
		"019": "Failed to get backup device from the volume service.",
		"020": "Backup driver failed to create backup.",
		"021": "Failed to attach volume.",
		"022": "Failed to detach volume.",
		"023": "Cleanup of temporary volume/snapshot failed.",
		"024": "Backup failed to schedule. Service not found for creating backup.",
		"025": "Backup driver failed to delete backup.",
		"026": "Backup driver failed to restore backup.",
		"027": "Volume status is invalid.",
		"028": "Compute service failed to reimage volume.",
		"029": "The image disk format must be the same as the volume format for the volume type you are requesting.",
		"030": "Incremental backup not possible, forcing full backup.",
	}
	if text, ok := texts[d]; ok {
		return text
	}
	return detailUnknownError.text()
}

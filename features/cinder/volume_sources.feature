@cinder
Feature: What volumes are made of, and made again
  A volume takes its content from an image, a snapshot, another volume or a backup, and may be larger than what it is made of. It
  gets back what it was by going back to a snapshot, and something else by taking over another image.

  Background:
    Given block storage microversion 3.70

  @op:cinder.volumes.create @glance @slow
  Scenario: Of a backup
    Given an active image "golden" with the data "hello"
    And an available volume "boot" of 1 GiB from the image "golden"
    And I create "monday" by POST "backups" to Cinder:
      """
      {"backup": {"volume_id": "{boot}", "name": "{name:monday}"}}
      """
    And the backup "monday" becomes "available"
    When I create "again" by POST "volumes" to Cinder:
      """
      {"volume": {"name": "{name:again}", "backup_id": "{monday}"}}
      """
    Then the volume "again" becomes "available"
    And the backup "monday" becomes "available"
    When I upload the volume "again" to an image "copy"
    And the upload ends
    Then the image "copy" holds the data "hello" and zeros up to 1 GiB

  @op:cinder.volumes.create
  Scenario Outline: A backup's volume is as large as <whom>
    Given an available volume "boot" of 1 GiB
    And I create "monday" by POST "backups" to Cinder:
      """
      {"backup": {"volume_id": "{boot}", "name": "{name:monday}"}}
      """
    And the backup "monday" becomes "available"
    When I create "again" by POST "volumes" to Cinder:
      """
      {"volume": {<size>"name": "{name:again}", "backup_id": "{monday}"}}
      """
    Then the volume "again" becomes "available"
    And the volume "again" has:
      | size | <is> |

    Examples:
      | whom            | size       | is |
      | the backup      |            | 1  |
      | is asked for    | "size": 2, | 2  |

  @op:cinder.volumes.create
  Scenario Outline: Not of <what>
    Given an available volume "boot" of 2 GiB
    And I create "monday" by POST "snapshots" to Cinder:
      """
      {"snapshot": {"volume_id": "{boot}", "name": "{name:monday}"}}
      """
    And the snapshot "monday" becomes "available"
    When I try to send POST "volumes" to Cinder:
      """
      {"volume": {"size": <size>, <source>}}
      """
    Then it is refused as <status>, saying "<message>"

    Examples:
      | what                       | size | source                                                 | status        | message |
      | less than a volume has     | 1    | "source_volid": "{boot}"                               | a bad request | Invalid input received: Volume size '1'GB cannot be smaller than original volume size  2GB. They must be >= original volume size. |
      | less than a snapshot has   | 1    | "snapshot_id": "{monday}"                              | a bad request | Invalid input received: Volume size '1'GB cannot be smaller than the snapshot size 2GB. They must be >= original snapshot size. |
      | a backup that is not there | 1    | "backup_id": "11111111-2222-4333-8444-555555555555"    | not found     | Backup 11111111-2222-4333-8444-555555555555 could not be found. |
      | a volume that is not there | 1    | "source_volid": "11111111-2222-4333-8444-555555555555" | not found     | Volume 11111111-2222-4333-8444-555555555555 could not be found. |

  @op:cinder.volumes.create
  Scenario: Not of two things at once
    Given an available volume "boot" of 1 GiB
    And I create "monday" by POST "snapshots" to Cinder:
      """
      {"snapshot": {"volume_id": "{boot}", "name": "{name:monday}"}}
      """
    And the snapshot "monday" becomes "available"
    When I try to send POST "volumes" to Cinder:
      """
      {"volume": {"size": 1, "source_volid": "{boot}", "snapshot_id": "{monday}"}}
      """
    Then it is refused as a bad request

  @op:cinder.volumes.create
  Scenario: Not of somebody else's volume
    Given an available volume "boot" of 1 GiB
    When a stranger tries to send POST "volumes" to Cinder:
      """
      {"volume": {"size": 1, "source_volid": "{boot}"}}
      """
    Then it is refused as not found, saying "Volume {boot} could not be found."

  @op:cinder.volumes.revert @op:cinder.volumes.os-reimage @glance @slow
  Scenario: Another image, and back to the snapshot
    Given an active image "golden" with the data "hello"
    And an active image "silver" with the data "good night"
    And an available volume "boot" of 1 GiB from the image "golden"
    And I create "monday" by POST "snapshots" to Cinder:
      """
      {"snapshot": {"volume_id": "{boot}", "name": "{name:monday}"}}
      """
    And the snapshot "monday" becomes "available"
    When I send POST "volumes/{boot}/action" to Cinder:
      """
      {"os-reimage": {"image_id": "{silver}"}}
      """
    Then the volume "boot" becomes "available"
    And the volume "boot" keeps of its image:
      | image_id | {silver} |
    When I send POST "volumes/{boot}/action" to Cinder:
      """
      {"revert": {"snapshot_id": "{monday}"}}
      """
    Then the volume "boot" becomes "available"
    When I upload the volume "boot" to an image "now"
    And the upload ends
    Then the image "now" holds the data "hello" and zeros up to 1 GiB

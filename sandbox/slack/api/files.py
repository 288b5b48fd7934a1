"""files.*: the upload in three steps (ask for an address, send, complete)."""

from sandbox.slack.api.registry import method
from sandbox.slack.call import Call
from sandbox.slack.errors import Json, SlackError
from sandbox.slack.workspace import Workspace

LARGEST = 1_000_000_000


@method("files.getUploadURLExternal", scope="files:write")
def get_upload_url(ws: Workspace, call: Call) -> Json:
    call.need("filename", "length")
    length = call.number("length", default=0, at_most=LARGEST)
    file = ws.files.promise(name=call.text("filename"), length=length, user=ws.app.user_id)
    return {"upload_url": ws.files.upload_url(file), "file_id": file.id}


@method("files.completeUploadExternal", scope="files:write")
def complete_upload(ws: Workspace, call: Call) -> Json:
    call.need("files")
    asked = call.value("files", "invalid_arguments")
    if not isinstance(asked, list) or not all(isinstance(each, dict) for each in asked):
        raise SlackError("invalid_arguments")
    places = [call.text("channel_id")] if call.text("channel_id") else call.words("channels")
    channels = [ws.joined(each) for each in places]
    thread_ts = call.text("thread_ts") or None
    if thread_ts and channels:
        ws.board.parent(channels[0].id, thread_ts)
    files = tuple(
        ws.files.complete(str(each.get("id")), str(each.get("title") or "")) for each in asked
    )
    for channel in channels:
        ws.say(
            channel,
            ws.app.user_id,
            text=call.text("initial_comment"),
            thread_ts=thread_ts,
            files=files,
            subtype="file_share",
        )
    return {"files": list(files)}

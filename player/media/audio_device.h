/* audio_device.h: makes the mix audible on SDL's default sound device (or AUDIODEV).
 *
 * A thread of its own mixes some 80 ms ahead of the clock, sends the mix through the one steered
 * resampler (audio_steering.h) and hands it to SDL's queue. The device is opened once, when the
 * first source has sound, and plays silence when nothing does; a site without sound never touches
 * it. Without a device, or when it disappears or stands still, one sentence says so, the picture
 * goes on, and the device is tried again every 30 s. Only after a step of the clock, or when the
 * process was held up for longer than what is queued, does the sound jump.
 *
 * audio_device_start/stop on the main thread; stopping joins the thread. `audio` and `clock` are
 * borrowed and outlive it. */
#ifndef LEDSIGN_MEDIA_AUDIO_DEVICE_H
#define LEDSIGN_MEDIA_AUDIO_DEVICE_H

struct audio;
struct audio_device;
struct clock;

struct audio_device *audio_device_start(struct audio *audio, struct clock *clock);
void audio_device_stop(struct audio_device **device); /* NULL is fine; leaves NULL */

#endif
